#include "webext/bridge.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "wire/cursor.h"
#include "wire/json.h"
#include "wire/limits.h"
#include "wire/pack.h"

#define LOG_TAG "webext"
#include "base/log.h"

/* Of one line that the page logs; the end of a longer one is cut off. */
#define LOG_TEXT_MAX 1024
/* And of the stack that comes with an error. */
#define LOG_STACK_MAX 4096
/* What one message may carry in byte arrays beside its JSON. */
#define BLOBS_MAX 4096

/* The script's text, between these two. */
__asm__(".section .rodata\n"
	".global kiln_bridge_js, kiln_bridge_js_end\n"
	".hidden kiln_bridge_js, kiln_bridge_js_end\n"
	"kiln_bridge_js:\n"
	".incbin \"js/page/bridge.js\"\n"
	"kiln_bridge_js_end:\n"
	".previous\n");
extern const char kiln_bridge_js[], kiln_bridge_js_end[];

/*
 * Counted: one for the extension's document, one for each native that page script may
 * still hold.
 */
struct bridge {
	unsigned refs;
	const struct bridge_ops *ops; /* null once the document has gone */
	void *arg;
	JSCContext *context; /* owned until bridge_free() */
	JSCValue *receive, *room, *closed; /* owned until bridge_free() */
	struct buf scratch; /* payloads and texts under way */
};

/* Texts grow up to six-fold over a payload. */
#define SCRATCH_KEEP (64u << 10)

static void unref(gpointer arg)
{
	struct bridge *b = arg;

	if (--b->refs > 0)
		return;
	buf_fini(&b->scratch);
	g_free(b);
}

/* ---- page to host ---- */

static enum wire_status status_of(int r)
{
	switch (r) {
	case -EMSGSIZE:
		return STATUS_TOO_LARGE;
	case -ENOMEM:
		return STATUS_CHANNEL_SEND;
	default:
		return STATUS_SERIALIZATION;
	}
}

static size_t count_blobs(JSCValue *list)
{
	g_autoptr(JSCValue) length = NULL;

	if (!jsc_value_is_array(list))
		return 0;
	length = jsc_value_object_get_property(list, "length");
	return (size_t)jsc_value_to_int32(length) / 2;
}

/*
 * [ordinal, bytes, …], made by the bridge of copies of its own. Only members that
 * are there are read: behind the last one a getter of the page's could wait, on
 * Array.prototype.
 */
static size_t collect_blobs(
	JSCValue *list, struct json_blob *blobs, size_t n_blobs, GPtrArray *hold)
{
	size_t n = 0;

	for (guint i = 0; n < n_blobs; i += 2) {
		JSCValue *ordinal = jsc_value_object_get_property_at_index(list, i);
		JSCValue *bytes = jsc_value_object_get_property_at_index(list, i + 1);

		g_ptr_array_add(hold, ordinal);
		g_ptr_array_add(hold, bytes);
		if (!jsc_value_is_number(ordinal) || !jsc_value_is_typed_array(bytes))
			break;
		blobs[n].ordinal = (uint32_t)jsc_value_to_int32(ordinal);
		blobs[n].data = jsc_value_typed_array_get_data(bytes, NULL);
		blobs[n++].len = jsc_value_typed_array_get_size(bytes);
	}
	return n;
}

static int encode(struct bridge *b, enum frame_kind kind, uint32_t id, const char *channel,
	const char *text, JSCValue *list, struct frame **ret)
{
	g_autoptr(GPtrArray) hold = g_ptr_array_new_with_free_func(g_object_unref);
	g_autofree struct json_blob *blobs = NULL;
	size_t n_blobs = count_blobs(list);
	int r;

	if (n_blobs > BLOBS_MAX)
		return -EMSGSIZE;
	if (n_blobs > 0) {
		blobs = g_new0(struct json_blob, n_blobs);
		n_blobs = collect_blobs(list, blobs, n_blobs, hold);
	}
	b->scratch.ceiling = PAYLOAD_MAX;
	r = json_to_msgpack(text, strlen(text), JSON_STRICT, blobs, n_blobs, &b->scratch, NULL);
	if (r == 0)
		r = frame_new(kind, id, channel, strlen(channel), buf_bytes(&b->scratch),
			buf_len(&b->scratch), ret);
	buf_reset(&b->scratch, SCRATCH_KEEP);
	return r;
}

/* What the bridge script may send: MESSAGE, with FRAME_RETRY or without, CALL, and so on. */
static int native_send(
	int kind, double id, const char *channel, const char *text, JSCValue *blobs, gpointer arg)
{
	struct bridge *b = arg;
	struct frame *f, *plain;
	int r;

	if (!b->ops)
		return STATUS_CANCELLED;
	if (channel_reserved(channel, strlen(channel)))
		return STATUS_PERMISSION_DENIED;
	if (channel[0] && !channel_valid(channel, strlen(channel)))
		return STATUS_CHANNEL_SEND;
	r = encode(
		b, (enum frame_kind)(kind & ~FRAME_RETRY), (uint32_t)id, channel, text, blobs, &f);
	if (r == 0 && kind & FRAME_RETRY) {
		plain = f;
		r = frame_copy(plain, plain->id, FRAME_RETRY, &f);
		frame_unref(plain);
	}
	return (int)(r < 0 ? status_of(r) : b->ops->send(f, b->arg));
}

static gboolean native_room(gpointer arg)
{
	struct bridge *b = arg;

	return !b->ops || b->ops->has_room(b->arg);
}

static char *native_status_name(int status, gpointer arg)
{
	return g_strdup(wire_status_name(status));
}

/* Length of as many whole lines of @stack as may be sent. */
static size_t cut_stack(const char *stack)
{
	size_t len = strlen(stack);

	if (len <= LOG_STACK_MAX)
		return len;
	for (len = LOG_STACK_MAX; len > 0 && stack[len] != '\n'; len--)
		;
	return len;
}

/*
 * A line that finds no room is dropped: the page goes on, and its messages come first.
 * With an error comes its stack, or else "".
 */
static void native_log(int level, const char *text, const char *stack, gpointer arg)
{
	struct bridge *b = arg;
	size_t stack_len = cut_stack(stack);
	struct frame *f;
	struct pack pack;
	int r;

	if (!b->ops || level < LOG_LEVEL_ERROR || level > LOG_LEVEL_DEBUG)
		return;
	b->scratch.ceiling = LOG_TEXT_MAX + LOG_STACK_MAX + 16;
	pack_init(&pack, &b->scratch);
	if (stack_len > 0)
		pack_array(&pack, 2);
	pack_str(&pack, text, utf8_cut(text, LOG_TEXT_MAX));
	if (stack_len > 0)
		pack_str(&pack, stack, stack_len);
	r = pack.error;
	if (r == 0)
		r = frame_new(FRAME_LOG, (uint32_t)level, "", 0, buf_bytes(&b->scratch),
			buf_len(&b->scratch), &f);
	buf_reset(&b->scratch, SCRATCH_KEEP);
	if (r == 0)
		b->ops->send(f, b->arg);
}

static void native_ready(gpointer arg)
{
	struct bridge *b = arg;
	struct frame *f;

	if (b->ops && frame_new(FRAME_READY, 0, "", 0, NULL, 0, &f) == 0)
		b->ops->send(f, b->arg);
}

/* ---- host to page ---- */

struct bytes_list {
	JSCContext *context; /* borrowed */
	JSCValue *array; /* owned: path text, bytes, … */
	unsigned length;
};

/* Defined, not set: the page may have setters on Array.prototype. Takes over @value. */
static void append_value(struct bytes_list *list, JSCValue *value)
{
	char index[16];

	g_snprintf(index, sizeof(index), "%u", list->length++);
	jsc_value_object_define_property_data(
		list->array, index, JSC_VALUE_PROPERTY_ENUMERABLE, value);
	g_object_unref(value);
}

static int on_bytes(const char *path, size_t path_len, const uint8_t *data, size_t len, void *arg)
{
	struct bytes_list *list = arg;
	g_autofree char *text = g_strndup(path, path_len);
	/* In JavaScript's own memory: the web process aborts when it is lent some of ours. */
	JSCValue *bytes = jsc_value_new_typed_array(list->context, JSC_TYPED_ARRAY_UINT8, len);

	if (len > 0)
		memcpy(jsc_value_typed_array_get_data(bytes, NULL), data, len);
	append_value(list, jsc_value_new_string(list->context, text));
	append_value(list, bytes);
	return 0;
}

bool bridge_receive(struct bridge *b, const struct frame *f)
{
	struct bytes_list blobs = {
		.context = b->context,
		.array = jsc_value_new_array(b->context, G_TYPE_NONE),
	};
	JSCValue *receive, *frame, *result;
	bool heard = false;
	int r;

	/* The whole body goes over as one array, so that one text serves all of it. */
	b->scratch.ceiling = JSON_TEXT_MAX;
	r = json_from_msgpack(
		f->bytes + FRAME_PREFIX, f->size - FRAME_PREFIX, on_bytes, &blobs, &b->scratch);
	if (r == 0)
		r = buf_append_byte(&b->scratch, '\0');
	if (r < 0) {
		buf_reset(&b->scratch, SCRATCH_KEEP);
		log_burst_at(LOG_LEVEL_ERROR, "a message on \"%.*s\" was lost: %s",
			(int)f->channel_len, f->channel, strerror(-r));
	} else {
		frame = jsc_value_new_from_json(b->context, (const char *)buf_bytes(&b->scratch));
		buf_reset(&b->scratch, SCRATCH_KEEP);
		/* Page code may end the document, and with it the bridge. */
		receive = g_object_ref(b->receive);
		result = jsc_value_function_call(
			receive, JSC_TYPE_VALUE, frame, JSC_TYPE_VALUE, blobs.array, G_TYPE_NONE);
		heard = result && jsc_value_is_boolean(result) && jsc_value_to_boolean(result);
		g_clear_object(&result);
		g_object_unref(receive);
		g_object_unref(frame);
	}
	g_object_unref(blobs.array);
	return heard;
}

static void call_without_arguments(JSCValue *function)
{
	JSCValue *result;

	g_object_ref(function);
	result = jsc_value_function_call(function, G_TYPE_NONE);
	g_clear_object(&result);
	g_object_unref(function);
}

void bridge_room(struct bridge *b)
{
	call_without_arguments(b->room);
}

void bridge_closed(struct bridge *b)
{
	call_without_arguments(b->closed);
}

/* ---- life ---- */

static void add_native(struct bridge *b, JSCValue *object, const char *name, JSCValue *function)
{
	b->refs++;
	jsc_value_object_set_property(object, name, function);
	g_object_unref(function);
}

/* Exceptions in what C calls vanish unless somebody takes them. */
static void on_exception(JSCContext *context, JSCException *exception, gpointer arg)
{
	g_autofree char *report = jsc_exception_report(exception);

	log_burst_at(LOG_LEVEL_ERROR, "the page bridge failed: %s", report);
}

static void add_natives(struct bridge *b, JSCValue *native)
{
	JSCContext *context = b->context;

	add_native(b, native, "send",
		jsc_value_new_function(context, "send", G_CALLBACK(native_send), b, unref,
			G_TYPE_INT, 5, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_STRING, G_TYPE_STRING,
			JSC_TYPE_VALUE));
	add_native(b, native, "ready",
		jsc_value_new_function(
			context, "ready", G_CALLBACK(native_ready), b, unref, G_TYPE_NONE, 0));
	add_native(b, native, "log",
		jsc_value_new_function(context, "log", G_CALLBACK(native_log), b, unref,
			G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING));
	add_native(b, native, "room",
		jsc_value_new_function(
			context, "room", G_CALLBACK(native_room), b, unref, G_TYPE_BOOLEAN, 0));
	add_native(b, native, "statusName",
		jsc_value_new_function(context, "statusName", G_CALLBACK(native_status_name), b,
			unref, G_TYPE_STRING, 1, G_TYPE_INT));
}

static void set_property(JSCValue *object, const char *name, JSCValue *value)
{
	jsc_value_object_set_property(object, name, value);
	g_object_unref(value);
}

static JSCValue *get_function(JSCValue *object, const char *name)
{
	JSCValue *function = jsc_value_object_get_property(object, name);

	if (!jsc_value_is_function(function))
		g_clear_object(&function);
	return function;
}

/* Runs the script, a function of the natives that returns its entry points. */
static void install(struct bridge *b, const char *window, bool in_frame)
{
	JSCContext *context = b->context;
	JSCValue *native = jsc_value_new_object(context, NULL, NULL), *installer, *entries = NULL;

	add_natives(b, native);
	set_property(native, "windowId", jsc_value_new_string(context, window));
	set_property(native, "inFrame", jsc_value_new_boolean(context, in_frame));
	installer = jsc_context_evaluate_with_source_uri(
		context, kiln_bridge_js, kiln_bridge_js_end - kiln_bridge_js, "kiln:bridge.js", 1);
	if (jsc_value_is_function(installer))
		entries = jsc_value_function_call(installer, JSC_TYPE_VALUE, native, G_TYPE_NONE);
	if (entries && jsc_value_is_object(entries)) {
		b->receive = get_function(entries, "receive");
		b->room = get_function(entries, "room");
		b->closed = get_function(entries, "closed");
	}
	g_clear_object(&entries);
	g_object_unref(installer);
	g_object_unref(native);
}

struct bridge *bridge_new(JSCContext *context, const char *window, bool in_frame,
	const struct bridge_ops *ops, void *arg)
{
	struct bridge *b = g_new0(struct bridge, 1);

	b->refs = 1;
	b->ops = ops;
	b->arg = arg;
	b->context = g_object_ref(context);
	buf_init(&b->scratch, PAYLOAD_MAX);
	jsc_context_push_exception_handler(context, on_exception, NULL, NULL);
	install(b, window, in_frame);
	jsc_context_pop_exception_handler(context);
	if (!b->receive || !b->room || !b->closed) {
		bridge_free(b);
		return NULL;
	}
	return b;
}

void bridge_free(struct bridge *b)
{
	if (!b)
		return;
	b->ops = NULL;
	g_clear_object(&b->receive);
	g_clear_object(&b->room);
	g_clear_object(&b->closed);
	g_clear_object(&b->context);
	unref(b);
}
