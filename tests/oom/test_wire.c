#include "oom/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "wire/decoder.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "wire/source_maps.h"

static int frame_new_leaves_nothing(void)
{
	auto_frame struct frame *f = NULL;
	int r = frame_new(FRAME_CALL, 70000, "cart:add", 8, NULL, 0, &f);

	assert_true(r == 0 ? f != NULL : f == NULL);
	return r;
}

static int frame_parse_leaves_nothing(void)
{
	static const uint8_t body[] = "\x94\x01\x00\xa1"
				      "c\x93\x01\x02\x03";
	auto_frame struct frame *f = NULL;
	int r = frame_parse(body, sizeof(body) - 1, &f);

	assert_true(r == 0 ? f != NULL : f == NULL);
	return r;
}

#define SMALL 64u
#define LARGE (3 * DECODER_CHUNK)
#define N_FRAMES 3

/* Small, large, small, so that the decoder's memory grows and shrinks. */
static size_t make_stream(uint8_t *to)
{
	static const size_t sizes[N_FRAMES] = { SMALL, LARGE, SMALL };
	static uint8_t payload[LARGE];
	size_t n = 0;

	for (size_t i = 0; i < N_FRAMES; i++) {
		struct frame *f;

		memcpy(payload, "\xc6\0", 2); /* bin 32 */
		payload[2] = (uint8_t)((sizes[i] - 5) >> 16);
		payload[3] = (uint8_t)((sizes[i] - 5) >> 8);
		payload[4] = (uint8_t)(sizes[i] - 5);
		assert_int_equal(frame_new(FRAME_MESSAGE, 0, "c", 1, payload, sizes[i], &f), 0);
		memcpy(to + n, f->bytes, f->size);
		n += f->size;
		frame_unref(f);
	}
	return n;
}

/* Cut as it may come from a socket, and the last frame in two, so that its begin has to move. */
static size_t piece(size_t at, size_t len)
{
	size_t until = at < len - SMALL / 2 ? len - SMALL / 2 : len;

	return until - at < DECODER_CHUNK ? until - at : DECODER_CHUNK;
}

static int take_all(struct decoder *d, unsigned *n_frames)
{
	struct frame *f = NULL;
	size_t failed;
	int r;

	do {
		failed = alloc_failed();
		/* Giving memory back needs some, and without it the old serves on. */
		scenario_excuse();
		r = decoder_next(d, &f);
		scenario_excuse_end();
		if (r > 0) {
			assert_int_equal(alloc_failed(), failed);
			frame_unref(take_ptr(f));
			++*n_frames;
		}
	} while (r > 0);
	assert_null(f);
	return r;
}

static int feed(struct decoder *d, const uint8_t *stream, size_t len, unsigned *n_frames)
{
	for (size_t at = 0, n; at < len; at += n) {
		uint8_t *to;

		n = piece(at, len);
		scenario_try(decoder_reserve(d, n, &to));
		memcpy(to, stream + at, n);
		decoder_fed(d, n);
		scenario_try(take_all(d, n_frames));
	}
	return 0;
}

static int decoder_takes_frames_in_pieces(void)
{
	static uint8_t stream[LARGE + (1 << 10)];
	static size_t len;
	struct decoder d;
	unsigned n = 0;
	int r;

	if (len == 0)
		len = make_stream(stream);
	decoder_init(&d);
	r = feed(&d, stream, len, &n);
	decoder_fini(&d);
	assert_true(r < 0 || n == N_FRAMES);
	return r;
}

static int note_bytes(const char *path, size_t path_len, const uint8_t *data, size_t len, void *arg)
{
	assert_memory_equal(path, "[\"list\",1]", path_len);
	assert_int_equal(len, 5);
	assert_memory_equal(data, "bytes", len);
	++*(unsigned *)arg;
	return 0;
}

/* More than a buffer has room for at first, in its second half. */
#define TEXT_64 "sixty-four bytes of text ......................................."
#define TEXT_256 TEXT_64 TEXT_64 TEXT_64 TEXT_64
#define JSON_TEXT \
	"{\"name\":\"value\",\"list\":[1.5,null,{\"deep\":[true]}],\"long\":\"" TEXT_256 "\"}"

static int convert(struct buf *msgpack, struct buf *text)
{
	const struct json_blob blob = { .ordinal = 4, .data = "bytes", .len = 5 };
	struct json_error error = { 0 };
	unsigned n = 0;
	int r;

	scenario_try(buf_append(msgpack, "m", 1));
	r = json_to_msgpack(JSON_TEXT, strlen(JSON_TEXT), JSON_STRICT, &blob, 1, msgpack, &error);
	if (r < 0) {
		assert_string_equal(error.message, "out of memory");
		assert_int_equal(buf_len(msgpack), 1);
		alloc_relent();
		assert_int_equal(json_to_msgpack(JSON_TEXT, strlen(JSON_TEXT), JSON_STRICT, &blob,
					 1, msgpack, &error),
			0);
		return r;
	}
	scenario_try(buf_append(text, "t", 1));
	r = json_from_msgpack(buf_bytes(msgpack) + 1, buf_len(msgpack) - 1, note_bytes, &n, text);
	if (r < 0) {
		assert_int_equal(buf_len(text), 1);
		alloc_relent();
		assert_int_equal(json_from_msgpack(buf_bytes(msgpack) + 1, buf_len(msgpack) - 1,
					 note_bytes, &n, text),
			0);
		return r;
	}
	assert_int_equal(n, 1);
	assert_int_equal(buf_len(text), 1 + strlen(JSON_TEXT));
	assert_memory_equal(buf_bytes(text), "t" JSON_TEXT, buf_len(text));
	return 0;
}

static int json_both_ways_with_bytes(void)
{
	struct buf msgpack = BUF_INIT(1 << 20), text = BUF_INIT(1 << 20);
	int r = convert(&msgpack, &text);

	buf_fini(&msgpack);
	buf_fini(&text);
	return r;
}

static int json_with_comments_and_a_syntax_error(void)
{
	static const char good[] = "// a comment\n[1, 2, ]", bad[] = "[1,\n 2";
	struct buf out = BUF_INIT(1 << 20);
	struct json_error error = { 0 };
	int r;

	r = json_to_msgpack(good, strlen(good), JSON_COMMENTS, NULL, 0, &out, &error);
	if (r == 0) {
		r = json_to_msgpack(bad, strlen(bad), JSON_COMMENTS, NULL, 0, &out, &error);
		assert_true(r == -EBADMSG || r == -ENOMEM);
		if (r == -EBADMSG)
			r = 0;
	}
	buf_fini(&out);
	return r;
}

static int pack_remembers_its_first_failure(void)
{
	struct buf out = BUF_INIT(1 << 20);
	struct pack p;
	int r;

	pack_init(&p, &out);
	pack_array(&p, 200);
	for (int i = 0; i < 200; i++)
		pack_cstr(&p, "some text");
	r = p.error;
	alloc_relent();
	pack_nil(&p);
	assert_int_equal(p.error, r);
	buf_fini(&out);
	return r;
}

#define MAP \
	"{\"version\":3,\"sources\":[\"a.ts\",\"../node_modules/p/b.js\"],\"mappings\":\"AAAA;ACCA\"}"

static int source_map_parses_or_leaves_nothing(void)
{
	struct buf text = BUF_INIT(1 << 20);
	struct source_map *m = NULL;
	struct source_place place;
	const char *why = NULL;
	int r = buf_append(&text, MAP, strlen(MAP));

	if (r == 0)
		r = source_map_parse(&text, "web/app.js", &m, &why);
	if (r == 0) {
		assert_true(source_map_find(m, 2, 0, &place));
		assert_string_equal(place.name, "node_modules/p/b.js");
		assert_int_equal(place.line, 2);
	} else {
		assert_null(m);
	}
	source_map_free(m);
	buf_fini(&text);
	return r;
}

/* No answer for want of memory is made up for by who asks next. */
static int source_maps_answer_when_there_is_memory_again(void)
{
	struct source_maps maps;
	struct source_place place;
	int dir = open("tests/vectors/maps/tsc", O_DIRECTORY | O_CLOEXEC), r = 0;

	assert_true(dir >= 0);
	source_maps_init(&maps, dir);
	if (!source_maps_find(&maps, "shapes.js", 9, 8, 0, &place)) {
		alloc_relent();
		assert_true(source_maps_find(&maps, "shapes.js", 9, 8, 0, &place));
		r = -ENOMEM;
	}
	assert_string_equal(place.name, "shapes.ts");
	source_maps_fini(&maps);
	close(dir);
	return r;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario_test(frame_new_leaves_nothing),
		scenario_test(frame_parse_leaves_nothing),
		scenario_test(decoder_takes_frames_in_pieces),
		scenario_test(json_both_ways_with_bytes),
		scenario_test(json_with_comments_and_a_syntax_error),
		scenario_test(pack_remembers_its_first_failure),
		scenario_test(source_map_parses_or_leaves_nothing),
		scenario_test(source_maps_answer_when_there_is_memory_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
