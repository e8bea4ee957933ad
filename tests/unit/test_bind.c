/* Declared types: what is decoded into them and what is refused, and the way back. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/declare.h"
#include "bind/decode.h"
#include "bind/encode.h"
#include "bind/name.h"
#include "bind/types.h"
#include "bind/typescript.h"
#include "wire/json.h"
#include "wire/limits.h"

#define COLOUR(VALUE)        \
	VALUE(RED, "red", 0) \
	VALUE(DARK_GREEN, "dark-green", 0)
KILN_ENUM(colour, "Colour", COLOUR, "A colour.")

#define POINT(MEMBER, OPTIONAL) \
	MEMBER(INT, x, 0)       \
	OPTIONAL(INT, y_axis, 0)
KILN_STRUCT(point, "Point", POINT, "A point.")
KILN_LIST(points, STRUCT(point))
KILN_LIST(strings, STRING)

#define ALL(MEMBER, OPTIONAL)          \
	MEMBER(BOOL, flag, 0)          \
	MEMBER(INT, whole, 0)          \
	MEMBER(UINT, natural, 0)       \
	MEMBER(NUMBER, number, 0)      \
	MEMBER(STRING, text, 0)        \
	MEMBER(STRING_OR_NULL, may, 0) \
	MEMBER(BYTES, bytes, 0)        \
	MEMBER(JSON, any, 0)           \
	MEMBER(ENUM(colour), tint, 0)  \
	MEMBER(STRUCT(point), at, 0)   \
	MEMBER(LIST(points), path, 0)  \
	OPTIONAL(LIST(strings), all_names, 0)
KILN_STRUCT(all, "All", ALL, "One of each.")

/* A tree: a type that leads to itself. */
struct node;
static const struct kiln_type node_type;
struct nodes {
	struct node *items;
	size_t count;
};
static const struct kiln_type nodes_type = {
	.kind = KILN_KIND_LIST, .size = sizeof(struct nodes), .of = &node_type
};
#define NODE(MEMBER, OPTIONAL) OPTIONAL(LIST(nodes), nodes, 0)
KILN_STRUCT(node, "Node", NODE, "A node.")

#define PREFIX                                                                         \
	"{\"flag\":true,\"whole\":-7,\"natural\":7,\"number\":1.5,\"text\":\"\xc3\xa4" \
	"\",\"may\":null,\"any\":[1,{\"a\":null}],\"tint\":\"dark-green\",\"at\":{\"x\":1}"
/* The last value becomes bytes: JSON has none. */
#define GOOD PREFIX ",\"path\":[{\"x\":2,\"yAxis\":3},{\"x\":4}],\"allNames\":[\"\",\"b\"]"

struct taken {
	struct buf bytes; /* what was decoded */
	struct arena arena;
	struct decode d;
	int r;
};

static void put_json(struct buf *out, const char *json)
{
	assert_int_equal(json_to_msgpack(json, strlen(json), JSON_STRICT, NULL, 0, out, NULL), 0);
}

static void take_bytes(
	struct taken *t, const struct kiln_type *type, const void *data, size_t len, void *ret)
{
	*t = (struct taken){ .bytes = BUF_INIT(1 << 20), .arena = ARENA_INIT(1 << 16) };
	if (len > 0)
		assert_int_equal(buf_append(&t->bytes, data, len), 0);
	decode_init(&t->d, buf_bytes(&t->bytes), len, &t->arena);
	t->r = decode_value(&t->d, type, ret);
}

static void taken_fini(struct taken *t)
{
	arena_fini(&t->arena);
	buf_fini(&t->bytes);
}

static void take(struct taken *t, const struct kiln_type *type, const char *json, void *ret)
{
	struct buf b = BUF_INIT(1 << 20);

	put_json(&b, json);
	take_bytes(t, type, buf_bytes(&b), buf_len(&b), ret);
	buf_fini(&b);
}

static void refuses_bytes(
	const struct kiln_type *type, const void *data, size_t len, const char *why)
{
	void *ret = calloc(1, type->size + 1);
	struct taken t;

	take_bytes(&t, type, data, len, ret);
	assert_int_equal(t.r, -EINVAL);
	assert_string_equal(t.d.error, why);
	taken_fini(&t);
	free(ret);
}

static void refuses(const struct kiln_type *type, const char *json, const char *why)
{
	struct buf b = BUF_INIT(1 << 20);

	put_json(&b, json);
	refuses_bytes(type, buf_bytes(&b), buf_len(&b), why);
	buf_fini(&b);
}

static void accepts(const struct kiln_type *type, const char *json)
{
	void *ret = calloc(1, type->size + 1);
	struct taken t;

	take(&t, type, json, ret);
	if (t.r < 0)
		fail_msg("%s: %s", json, t.d.error);
	taken_fini(&t);
	free(ret);
}

/* One of each kind, with bytes in the place that JSON has none for. */
static void put_all(struct buf *b)
{
	static const char json[] = GOOD ",\"bytes\":null}";
	const struct json_blob blob = { .ordinal = 23, .data = "\x01\x00\xff", .len = 3 };
	struct json_error error = { .message = "" };

	if (json_to_msgpack(json, strlen(json), JSON_STRICT, &blob, 1, b, &error) < 0)
		fail_msg("%s", error.message);
}

static void each_kind_arrives_in_its_form_in_c(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct taken t;
	struct all a;

	put_all(&b);
	take_bytes(&t, &all_type, buf_bytes(&b), buf_len(&b), &a);
	assert_string_equal(t.d.error, "");
	assert_int_equal(t.r, 0);
	assert_true(cursor_done(&t.d.at));
	assert_true(a.flag);
	assert_int_equal(a.whole, -7);
	assert_int_equal(a.natural, 7);
	assert_true(a.number == 1.5);
	assert_string_equal(a.text, "\xc3\xa4");
	assert_null(a.may);
	assert_int_equal(a.bytes.size, 3);
	assert_memory_equal(a.bytes.data, "\x01\x00\xff", 3);
	assert_int_equal(a.any.size, 6);
	assert_memory_equal(a.any.data,
		"\x92\x01\x81\xa1"
		"a\xc0",
		6);
	assert_int_equal(a.tint, DARK_GREEN);
	assert_int_equal(a.at.x, 1);
	assert_false(a.at.has_y_axis);
	assert_int_equal(a.path.count, 2);
	assert_int_equal(a.path.items[0].x, 2);
	assert_true(a.path.items[0].has_y_axis);
	assert_int_equal(a.path.items[0].y_axis, 3);
	assert_int_equal(a.path.items[1].x, 4);
	assert_false(a.path.items[1].has_y_axis);
	assert_true(a.has_all_names);
	assert_int_equal(a.all_names.count, 2);
	assert_string_equal(a.all_names.items[0], "");
	assert_string_equal(a.all_names.items[1], "b");
	taken_fini(&t);
	buf_fini(&b);
}

static void what_is_decoded_is_encoded_to_the_same(void **state)
{
	struct buf b = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20), json = BUF_INIT(1 << 20);
	struct taken t;
	struct pack p;
	struct all a;

	put_all(&b);
	take_bytes(&t, &all_type, buf_bytes(&b), buf_len(&b), &a);
	pack_init(&p, &again);
	assert_int_equal(encode_value(&p, &all_type, &a), 0);
	/* The members come in the order of their declaration, whatever the sender's was. */
	assert_int_equal(
		json_from_msgpack(buf_bytes(&again), buf_len(&again), NULL, NULL, &json), 0);
	assert_int_equal(buf_append(&json, "", 1), 0);
	assert_string_equal((char *)buf_bytes(&json),
		"{\"flag\":true,\"whole\":-7,\"natural\":7,\"number\":1.5,\"text\":\"\xc3\xa4"
		"\",\"may\":null,\"bytes\":null,\"any\":[1,{\"a\":null}],\"tint\":\"dark-green\","
		"\"at\":{\"x\":1},\"path\":[{\"x\":2,\"yAxis\":3},{\"x\":4}],\"allNames\":[\"\",\"b\"]}");
	assert_int_equal(buf_len(&again), buf_len(&b));
	taken_fini(&t);
	buf_fini(&b);
	buf_fini(&again);
	buf_fini(&json);
}

static void numbers_are_taken_up_to_their_bounds(void **state)
{
	accepts(&kiln_int_type, "2147483647");
	accepts(&kiln_int_type, "-2147483648");
	accepts(&kiln_uint_type, "0");
	accepts(&kiln_uint_type, "4294967295");
	accepts(&kiln_number_type, "1.7976931348623157e308");
	accepts(&kiln_number_type, "-9007199254740993");
	accepts(&kiln_number_type, "18446744073709551615");
#define INT_TEXT "must be a whole number from -2147483648 to 2147483647"
#define UINT_TEXT "must be a whole number from 0 to 4294967295"
	refuses(&kiln_int_type, "2147483648", INT_TEXT);
	refuses(&kiln_int_type, "-2147483649", INT_TEXT);
	refuses(&kiln_int_type, "1.5", INT_TEXT);
	refuses(&kiln_int_type, "\"1\"", INT_TEXT);
	refuses(&kiln_uint_type, "4294967296", UINT_TEXT);
	refuses(&kiln_uint_type, "-1", UINT_TEXT);
	refuses(&kiln_uint_type, "null", UINT_TEXT);
	refuses_bytes(&kiln_int_type, "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", 9, INT_TEXT);
	refuses_bytes(&kiln_int_type, "\xd3\x80\0\0\0\0\0\0\0", 9, INT_TEXT);
	refuses(&kiln_number_type, "true", "must be a number");
}

static void a_number_that_is_none_never_reaches_a_handler(void **state)
{
	refuses_bytes(&kiln_number_type, "\xca\x7f\xc0\0\0", 5, "must be a finite number");
	refuses_bytes(&kiln_number_type, "\xcb\x7f\xf0\0\0\0\0\0\0", 9, "must be a finite number");
	refuses_bytes(&kiln_number_type, "\xca\xff\x80\0\0", 5, "must be a finite number");
}

static void each_kind_refuses_what_is_another(void **state)
{
	refuses(&kiln_void_type, "0", "must be null");
	refuses(&kiln_bool_type, "0", "must be a boolean");
	refuses(&kiln_string_type, "null", "must be a string");
	refuses(&kiln_string_or_null_type, "1", "must be a string or null");
	refuses(&kiln_bytes_type, "\"x\"", "must be a Uint8Array");
	refuses(&kiln_bytes_type, "[1]", "must be a Uint8Array");
	refuses_bytes(&kiln_string_type, "\xc4\x01x", 3, "must be a string");
	refuses(&point_type, "[]", "must be an object");
	refuses(&points_type, "{}", "must be an array");
	refuses(&colour_type, "\"blue\"", "must be one of \"red\", \"dark-green\"");
	refuses(&colour_type, "\"re\"", "must be one of \"red\", \"dark-green\"");
	refuses(&colour_type, "\"\"", "must be one of \"red\", \"dark-green\"");
	refuses(&colour_type, "0", "must be one of \"red\", \"dark-green\"");
	refuses(&(const struct kiln_type){ .kind = KILN_KIND_CALLBACK }, "0",
		"is of a type that only script has");
	accepts(&kiln_void_type, "null");
	accepts(&kiln_string_or_null_type, "null");
	accepts(&kiln_string_or_null_type, "\"\"");
	accepts(&kiln_json_type, "{\"a\":[]}");
	accepts(&colour_type, "\"red\"");
}

static void a_text_with_a_nul_inside_is_refused(void **state)
{
	refuses(&kiln_string_type, "\"a\\u0000b\"", "must not have a NUL character");
	refuses(&kiln_string_or_null_type, "\"\\u0000\"", "must not have a NUL character");
	refuses(&colour_type, "\"red\\u0000\"", "must be one of \"red\", \"dark-green\"");
}

static void an_error_names_the_path(void **state)
{
#define TO_PATH PREFIX ",\"path\":"
	refuses(&all_type, TO_PATH "[{\"x\":1},{\"x\":\"1\"}]}", "path[1].x: " INT_TEXT);
	refuses(&all_type, TO_PATH "[{\"x\":1},{}]}", "path[1]: needs \"x\"");
	refuses(&all_type, TO_PATH "[{\"x\":1,\"y\":1}]}", "path[0].y: there is no such member");
	refuses(&all_type, TO_PATH "[7]}", "path[0]: must be an object");
	refuses(&all_type, PREFIX ",\"allNames\":[\"a\",\"\\u0000\"]}",
		"allNames[1]: must not have a NUL character");
	refuses(&all_type, PREFIX ",\"at\":{\"x\":1}}", "at: is there twice");
	refuses(&all_type, PREFIX ",\"all_names\":[]}", "all_names: there is no such member");
	refuses(&all_type, PREFIX "}", "needs \"bytes\"");
	refuses(&point_type, "{\"yAxis\":1}", "needs \"x\"");
	refuses(&point_type, "{\"x\":1,\"yAxis\":null}", "yAxis: " INT_TEXT);
}

static void a_path_that_has_come_to_nothing_is_forgotten(void **state)
{
	/* The list was passed without a fault: the error behind it does not name it. */
	refuses(&all_type, PREFIX ",\"path\":[{\"x\":1,\"yAxis\":2}],\"allNames\":[\"a\"]}",
		"needs \"bytes\"");
}

static void the_name_of_an_unknown_member_is_cut_between_characters(void **state)
{
	char json[512], expected[512], name[201] = "";

	memset(name, 'k', 63);
	strcat(name, "\xf0\x9f\x98\x80rest");
	snprintf(json, sizeof(json), "{\"%s\":1}", name);
	snprintf(expected, sizeof(expected), "%.63s: there is no such member", name);
	refuses(&point_type, json, expected);
	/* Nor is there a half of one where the path ends. */
	memset(name, 'k', 62);
	strcpy(name + 62, "\xc3\xa4rest");
	snprintf(json, sizeof(json), "{\"%s\":1}", name);
	snprintf(expected, sizeof(expected), "%.64s: there is no such member", name);
	refuses(&point_type, json, expected);
}

static void every_truncation_is_an_error(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct taken t;
	struct all a;

	put_all(&b);
	for (size_t n = 0; n < buf_len(&b); n++) {
		take_bytes(&t, &all_type, buf_bytes(&b), n, &a);
		assert_int_equal(t.r, -EINVAL);
		assert_true(t.d.error[0] != '\0');
		taken_fini(&t);
	}
	buf_fini(&b);
}

/* {"nodes":[ … ]}, @depth of them one inside the other. */
static void put_tree(struct buf *b, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		assert_int_equal(buf_append(b, "\x81\xa5nodes\x91", 8), 0);
	assert_int_equal(buf_append(b, "\x80", 1), 0);
}

static void a_type_that_leads_to_itself_is_followed_so_far(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct taken t;
	struct node n;

	put_tree(&b, DEPTH_MAX / 2 - 1);
	take_bytes(&t, &node_type, buf_bytes(&b), buf_len(&b), &n);
	assert_int_equal(t.r, 0);
	assert_int_equal(n.nodes.items[0].nodes.count, 1);
	taken_fini(&t);
	buf_reset(&b, 0);
	put_tree(&b, 50000);
	take_bytes(&t, &node_type, buf_bytes(&b), buf_len(&b), &n);
	assert_int_equal(t.r, -EINVAL);
	assert_non_null(strstr(t.d.error, "is nested too deeply"));
	taken_fini(&t);
	buf_fini(&b);
}

static void a_list_longer_than_the_arena_is_no_memory(void **state)
{
	static uint8_t zeros[5 + 20000];
	struct {
		bool *items;
		size_t count;
	} list;
	struct kiln_type bools = {
		.kind = KILN_KIND_LIST, .size = sizeof(list), .of = &kiln_bool_type
	};
	struct taken t;

	memcpy(zeros, "\xdd\0\0\x4e\x20", 5);
	memset(zeros + 5, 0xc2, 20000);
	take_bytes(&t, &bools, zeros, sizeof(zeros), &list);
	assert_int_equal(t.r, 0);
	assert_int_equal(list.count, 20000);
	taken_fini(&t);
	/* As points they have eight times as many bytes. */
	memset(zeros + 5, 0x80, 20000);
	take_bytes(&t, &points_type, zeros, sizeof(zeros), &list);
	assert_int_equal(t.r, -ENOMEM);
	taken_fini(&t);
}

static void an_arena_counts_what_each_block_costs(void **state)
{
	struct arena a = ARENA_INIT(1000);
	unsigned n = 0;

	assert_null(arena_alloc(&a, 1001, 1));
	assert_null(arena_alloc(&a, SIZE_MAX / 2, 4));
	while (arena_alloc(&a, 1, 1))
		n++;
	assert_true(n > 10 && n < 1000 / sizeof(void *));
	arena_fini(&a);
	assert_non_null(arena_alloc(&a, 900, 1));
	assert_non_null(arena_alloc(&a, 0, 8));
	arena_fini(&a);
	arena_fini(&a);
}

static int encoded(const struct kiln_type *type, const void *value)
{
	struct buf out = BUF_INIT(4096);
	struct pack p;
	int r;

	pack_init(&p, &out);
	r = encode_value(&p, type, value);
	buf_fini(&out);
	return r;
}

#define encoded_as(TYPE, C, ...) encoded(TYPE, &(C){ __VA_ARGS__ })

static void what_a_type_does_not_have_is_not_encoded(void **state)
{
	static const uint8_t two[] = { 1, 2 }, no_utf8[] = { 0xa1, 0xff }, half[] = { 0x92, 1 };

	assert_int_equal(encoded_as(&kiln_string_type, const char *, NULL), -EINVAL);
	assert_int_equal(encoded_as(&kiln_string_type, const char *, "\xff"), -EILSEQ);
	assert_int_equal(
		encoded_as(&kiln_string_or_null_type, const char *, "\xed\xa0\x80"), -EILSEQ);
	assert_int_equal(encoded_as(&kiln_string_or_null_type, const char *, NULL), 0);
	assert_int_equal(encoded_as(&kiln_number_type, double, NAN), -EINVAL);
	assert_int_equal(encoded_as(&kiln_number_type, double, INFINITY), -EINVAL);
	assert_int_equal(encoded_as(&colour_type, int, 2), -EINVAL);
	assert_int_equal(encoded_as(&colour_type, int, -1), -EINVAL);
	assert_int_equal(encoded_as(&kiln_json_type, struct kiln_bytes, two, 2), -EINVAL);
	assert_int_equal(encoded_as(&kiln_json_type, struct kiln_bytes, no_utf8, 2), -EINVAL);
	assert_int_equal(encoded_as(&kiln_json_type, struct kiln_bytes, half, 2), -EINVAL);
	assert_int_equal(encoded_as(&kiln_json_type, struct kiln_bytes, two, 1), 0);
	assert_int_equal(encoded_as(&kiln_json_type, struct kiln_bytes, NULL, 0), 0);
	assert_int_equal(encoded_as(&kiln_bytes_type, struct kiln_bytes, NULL, 0), 0);
	assert_int_equal(encoded_as(&kiln_bytes_type, struct kiln_bytes, NULL, 3), -EINVAL);
	assert_int_equal(encoded_as(&points_type, struct points, NULL, 0), 0);
	assert_int_equal(encoded_as(&points_type, struct points, NULL, 1), -EINVAL);
	assert_int_equal(
		encoded_as(&(const struct kiln_type){ .kind = KILN_KIND_UNION }, int, 0), -EINVAL);
	/* In a member as well as alone. */
	assert_int_equal(encoded_as(&all_type, struct all, .text = "t", .tint = 7), -EINVAL);
	assert_int_equal(encoded_as(&all_type, struct all, .text = NULL), -EINVAL);
	assert_int_equal(encoded_as(&all_type, struct all, .text = "t"), 0);
	assert_int_equal(
		encoded_as(&kiln_bytes_type, struct kiln_bytes, (uint8_t[5000]){ 0 }, 5000),
		-EMSGSIZE);
}

/* What C has tied into a ring has no end. */
static void a_ring_is_not_followed_for_ever(void **state)
{
	struct node ring = { .has_nodes = true };

	ring.nodes = (struct nodes){ &ring, 1 };
	assert_int_equal(encoded(&node_type, &ring), -EINVAL);
}

static void optional_members_are_there_when_their_bool_says_so(void **state)
{
	struct point p = { .x = 1, .y_axis = 2 };
	struct buf out = BUF_INIT(64);
	struct pack pack;

	pack_init(&pack, &out);
	assert_int_equal(encode_value(&pack, &point_type, &p), 0);
	assert_int_equal(buf_len(&out), 4);
	assert_memory_equal(buf_bytes(&out), "\x81\xa1x\x01", 4);
	p.has_y_axis = true;
	buf_reset(&out, 0);
	pack_init(&pack, &out);
	assert_int_equal(encode_value(&pack, &point_type, &p), 0);
	assert_int_equal(buf_len(&out), 11);
	assert_memory_equal(buf_bytes(&out), "\x82\xa1x\x01\xa5yAxis\x02", 11);
	buf_fini(&out);
}

static void camel(const char *name, const char *expected)
{
	char ret[NAME_MAX_BYTES];

	assert_int_equal(name_to_camel(name, ret), strlen(expected));
	assert_string_equal(ret, expected);
	assert_true(name_is(name, expected, strlen(expected)));
	assert_false(name_is(name, expected, strlen(expected) - 1));
}

static void snake_case_becomes_camel_case(void **state)
{
	char name[101];

	camel("x", "x");
	camel("taken_at", "takenAt");
	camel("a_b_c", "aBC");
	camel("line_2", "line2");
	camel("end_", "end_");
	camel("_start", "Start");
	memset(name, 'n', 100);
	name[100] = '\0';
	camel(name, name + 100 - (NAME_MAX_BYTES - 1));
	assert_false(name_is("taken_at", "taken_at", 8));
}

/* ---- types and TypeScript ---- */

#define NONE_ARGS(MEMBER, OPTIONAL)
KILN_STRUCT(none_args, NULL, NONE_ARGS, NULL)
static const struct kiln_op get_all = {
	.name = "getAll", .args = &none_args_type, .result = &all_type, .flags = KILN_OP_ASYNC
};
static const struct kiln_op get_node = {
	.name = "getNode", .args = &none_args_type, .result = &node_type, .flags = KILN_OP_ASYNC
};

static void a_module_leads_to_each_named_type_once(void **state)
{
	static const struct kiln_op *const ops[] = { &get_all, &get_node, &get_all, NULL };
	const struct kiln_module module = { .name = "m", .ops = ops };
	struct types t;

	assert_int_equal(types_collect(&t, &module), 0);
	assert_int_equal(t.count, 4);
	assert_string_equal(t.list[0]->name, "All");
	assert_string_equal(t.list[1]->name, "Colour");
	assert_string_equal(t.list[2]->name, "Point");
	assert_string_equal(t.list[3]->name, "Node");
	assert_true(types_has(&t, "Point"));
	assert_false(types_has(&t, "Poin"));
}

static void two_types_of_one_name_are_refused(void **state)
{
	struct kiln_type other = point_type;
	const struct kiln_op get_other = {
		.name = "o", .args = &none_args_type, .result = &other, .flags = KILN_OP_ASYNC
	};
	const struct kiln_op *const ops[] = { &get_all, &get_other, NULL };
	const struct kiln_module module = { .name = "m", .ops = ops };
	struct types t;

	/* The same header in another file. */
	assert_int_equal(types_collect(&t, &module), 0);
	other.size++;
	assert_int_equal(types_collect(&t, &module), -EINVAL);
	other = point_type;
	other.doc = "Something else.";
	assert_int_equal(types_collect(&t, &module), -EINVAL);
}

/* Without a name there is nothing to see that it has been there before. */
static void a_list_of_itself_is_refused(void **state)
{
	static const struct kiln_type ring = { .kind = KILN_KIND_LIST, .size = 16, .of = &ring };
	static const struct kiln_op get_ring = {
		.name = "o", .args = &none_args_type, .result = &ring, .flags = KILN_OP_ASYNC
	};
	static const struct kiln_op *const ops[] = { &get_ring, NULL };
	static const struct kiln_module module = { .name = "m", .ops = ops };
	struct types t;

	assert_int_equal(types_collect(&t, &module), -ELOOP);
}

static void texts_of_a_declaration_cannot_end_a_comment_or_a_string(void **state)
{
	static const struct kiln_event evil = {
		.type = "a\"b\\c\n", .doc = "*/ evil(); /*", .payload = &point_type
	};
	static const struct kiln_event quiet = { .type = "quiet", .payload = &point_type };
	static const struct kiln_event *const events[] = { &evil, &quiet, NULL };
	static const struct kiln_op *const ops[] = { &get_node, NULL };
	static const struct kiln_module module = {
		.name = "m", .doc = "*/", .ops = ops, .events = events
	};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(typescript_module(out, &module, NULL), 0);
	fclose(out);
	assert_non_null(strstr(text, "type: \"a\\\"b\\\\c\\x0a\""));
	assert_null(strstr(text, "*/ evil"));
	assert_null(strstr(text, "(null)"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_arrives_in_its_form_in_c),
		cmocka_unit_test(what_is_decoded_is_encoded_to_the_same),
		cmocka_unit_test(numbers_are_taken_up_to_their_bounds),
		cmocka_unit_test(a_number_that_is_none_never_reaches_a_handler),
		cmocka_unit_test(each_kind_refuses_what_is_another),
		cmocka_unit_test(a_text_with_a_nul_inside_is_refused),
		cmocka_unit_test(an_error_names_the_path),
		cmocka_unit_test(a_path_that_has_come_to_nothing_is_forgotten),
		cmocka_unit_test(the_name_of_an_unknown_member_is_cut_between_characters),
		cmocka_unit_test(every_truncation_is_an_error),
		cmocka_unit_test(a_type_that_leads_to_itself_is_followed_so_far),
		cmocka_unit_test(a_list_longer_than_the_arena_is_no_memory),
		cmocka_unit_test(an_arena_counts_what_each_block_costs),
		cmocka_unit_test(what_a_type_does_not_have_is_not_encoded),
		cmocka_unit_test(a_ring_is_not_followed_for_ever),
		cmocka_unit_test(optional_members_are_there_when_their_bool_says_so),
		cmocka_unit_test(snake_case_becomes_camel_case),
		cmocka_unit_test(a_module_leads_to_each_named_type_once),
		cmocka_unit_test(two_types_of_one_name_are_refused),
		cmocka_unit_test(a_list_of_itself_is_refused),
		cmocka_unit_test(texts_of_a_declaration_cannot_end_a_comment_or_a_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
