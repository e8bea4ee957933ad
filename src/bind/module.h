/*
 * How a module of the host script is declared: its operations, events, structs
 * and enums, each once, in C. From that come the argument checks, the conversion
 * from JavaScript and back, the JavaScript module, the TypeScript declaration and
 * the reference page. The runtime's own modules are declared so, and so is a
 * native module of an app's: a shared object that includes this header and
 * nothing else of Kiln's, and that kiln.json names.
 *
 *	#define READING(MEMBER, OPTIONAL) \
 *		MEMBER(NUMBER, value, "the temperature") \
 *		OPTIONAL(STRING, taken_at, "when, in ISO 8601")
 *	KILN_STRUCT(reading, "Reading", READING, "One look at a sensor.")
 *
 *	#define READ(MEMBER, OPTIONAL) MEMBER(STRING, sensor, "its name")
 *	KILN_OP(sensor_read, "read", READ, STRUCT(reading), "Reads a sensor once.", NULL)
 *
 *	static int sensor_read(struct kiln_call *call, const struct sensor_read_args *args,
 *		struct reading *result)
 *	{
 *		if (strcmp(args->sensor, "oven") != 0)
 *			return call->host->fail(call, "there is no sensor \"%s\"", args->sensor);
 *		result->value = 21.5;
 *		return 0;
 *	}
 *
 *	#define OPS(OP) OP(sensor_read)
 *	#define EVENTS(EVENT)
 *	KILN_MODULE("sensor", "Temperatures.", OPS, EVENTS, start, stop)
 *
 * A member's name is snake_case in C and camelCase in JavaScript. An optional one
 * has a bool before it in C, has_taken_at.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#error "this header is C"
#endif

/* Raised with every change that a shared object built before it would not survive. */
#define KILN_ABI 1u

/* ---- what a declaration is, in memory ---- */

enum kiln_kind {
	KILN_KIND_VOID,
	KILN_KIND_BOOL,
	KILN_KIND_INT, /* int32_t */
	KILN_KIND_UINT, /* uint32_t */
	KILN_KIND_NUMBER, /* double; not NaN, not infinite */
	KILN_KIND_STRING, /* const char *: UTF-8 without a NUL inside */
	KILN_KIND_STRING_OR_NULL, /* the same, NULL for null */
	KILN_KIND_BYTES, /* struct kiln_bytes */
	KILN_KIND_JSON, /* struct kiln_bytes: one msgpack value, whatever JSON can say */
	KILN_KIND_ENUM, /* enum; one of the texts in JavaScript */
	KILN_KIND_STRUCT, /* struct; an object with these members and no others */
	KILN_KIND_LIST, /* struct with items and count */
	/* Of what script implements; these have no form in C. */
	KILN_KIND_CALLBACK,
	KILN_KIND_ITERATOR, /* an async one */
	KILN_KIND_CLASS,
	KILN_KIND_GLOBAL, /* an object that is no module's, such as an AbortSignal */
	KILN_KIND_LITERAL, /* one text */
	KILN_KIND_UNION,
};

/* Bytes that somebody else owns. */
struct kiln_bytes {
	const uint8_t *data;
	size_t size;
};

struct kiln_call;
struct kiln_host;
struct kiln_member;
struct kiln_op;
struct kiln_type;

struct kiln_type {
	enum kiln_kind kind;
	const char *name; /* in TypeScript; of LITERAL its text */
	const char *doc;
	size_t size; /* of the form in C, bytes */
	/* LIST, ITERATOR: of its items. CALLBACK: of what it returns. */
	const struct kiln_type *of;
	/* STRUCT, ENUM, CLASS, UNION: its members. CALLBACK: what it is given. Up to one without a
	 * name. */
	const struct kiln_member *(*members)(void);
	const struct kiln_op *const *methods; /* CLASS: up to a null */
	bool generic; /* written with the type of its payload, T */
};

struct kiln_member {
	const char *name; /* as in C; ENUM: the text that stands for it; UNION: "" */
	const char *doc;
	const struct kiln_type *type;
	size_t offset;
	size_t has; /* offset of the bool that says whether it is there; of optional ones */
	bool optional;
	int32_t value; /* of ENUM */
};

enum kiln_op_flags {
	KILN_OP_ASYNC = 1, /* returns a Promise */
	KILN_OP_SCRIPT = 2, /* implemented in JavaScript */
	KILN_OP_GENERIC = 4, /* payloads have a type T, which the caller may name */
	KILN_OP_VALUE = 8, /* no function but a value of the result's type */
	KILN_OP_METHOD = 16, /* of a class: the first of its args is the object's id, "self" */
};

struct kiln_op {
	const char *name; /* in JavaScript */
	const char *doc, *example; /* Markdown, code; example may be null */
	const struct kiln_type *args; /* STRUCT; in the order of the arguments */
	const struct kiln_type *result;
	unsigned flags;
	int (*run)(struct kiln_call *call, const void *args, void *result); /* null: in script */
};

struct kiln_event {
	const char *type; /* in JavaScript */
	const char *doc;
	const struct kiln_type *payload; /* STRUCT */
};

struct kiln_module {
	uint32_t abi; /* KILN_ABI */
	const char *name; /* as in kiln.json; script asks for "native:" and this */
	const char *doc;
	const struct kiln_op *const *ops; /* up to a null; so are the next two */
	const struct kiln_event *const *events;
	const struct kiln_type *const *types; /* those that only the documentation leads to */
	/* Both may be null. What @start gives is every call's state; 0 or -errno. */
	int (*start)(const struct kiln_host *host, void **ret_state);
	/* All calls have ended. */
	void (*stop)(void *state);
};

/* ---- what the runtime does for a native module; all on the one thread there is ---- */

struct kiln_watch;
struct kiln_timer;

struct kiln_host {
	/*
	 * For a handler that cannot do what it is asked: "return host->fail(call, …);". The text is
	 * the message of the error that the script gets.
	 */
	int (*fail)(struct kiln_call *call, const char *fmt, ...)
		__attribute__((format(printf, 2, 3)));
	/*
	 * Ends a call whose handler has returned KILN_LATER, with what it resolves to (null: VOID)
	 * or with what it rejects with. The call is gone after that.
	 */
	void (*finish)(struct kiln_call *call, const void *result);
	void (*reject)(struct kiln_call *call, const char *reason);
	/* Copies the payload. -EAGAIN: the script is far behind, and the event is lost. */
	int (*emit)(
		const struct kiln_host *host, const struct kiln_event *event, const void *payload);
	/* A line of the runtime's log, under the module's name. @level: 0 error, 1 warn, 2 info, 3
	 * debug. */
	void (*log)(const struct kiln_host *host, int level, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
	/*
	 * Calls @fn when poll(2) finds @events on @fd, which stays the caller's. Freeing is allowed
	 * at any time, in @fn too, and must come before the fd is closed.
	 */
	int (*watch_new)(const struct kiln_host *host, int fd, short events,
		void (*fn)(short revents, void *arg), void *arg, struct kiln_watch **ret);
	void (*watch_free)(struct kiln_watch *watch);
	/* Calls @fn once, @ms milliseconds after it was last armed. */
	int (*timer_new)(const struct kiln_host *host, void (*fn)(void *arg), void *arg,
		struct kiln_timer **ret);
	void (*timer_arm)(struct kiln_timer *timer, uint32_t ms);
	void (*timer_free)(struct kiln_timer *timer);
};

/* What a handler returns when the answer comes later; it must not keep @args or @result. */
#define KILN_LATER 1

struct kiln_call {
	const struct kiln_host *host;
	void *state; /* the module's */
	/*
	 * For the handler that returns KILN_LATER: told when nobody waits any more. The call is
	 * gone when it returns. @data is the handler's own.
	 */
	void (*on_cancel)(struct kiln_call *call);
	void *data;
};

/* ---- how it is written ---- */

#define KILN_C_VOID void
#define KILN_C_BOOL bool
#define KILN_C_INT int32_t
#define KILN_C_UINT uint32_t
#define KILN_C_NUMBER double
#define KILN_C_STRING const char *
#define KILN_C_STRING_OR_NULL const char *
#define KILN_C_BYTES struct kiln_bytes
#define KILN_C_JSON struct kiln_bytes
#define KILN_C_ENUM(type) enum type
#define KILN_C_STRUCT(type) struct type
#define KILN_C_LIST(type) struct type

#define KILN_UNUSED __attribute__((unused))

#define KILN_PLAIN(name_, kind_, size_) \
	KILN_UNUSED static const struct kiln_type name_##_type = { .kind = kind_, .size = size_ };
KILN_PLAIN(kiln_void, KILN_KIND_VOID, 0)
KILN_PLAIN(kiln_bool, KILN_KIND_BOOL, sizeof(bool))
KILN_PLAIN(kiln_int, KILN_KIND_INT, sizeof(int32_t))
KILN_PLAIN(kiln_uint, KILN_KIND_UINT, sizeof(uint32_t))
KILN_PLAIN(kiln_number, KILN_KIND_NUMBER, sizeof(double))
KILN_PLAIN(kiln_string, KILN_KIND_STRING, sizeof(char *))
KILN_PLAIN(kiln_string_or_null, KILN_KIND_STRING_OR_NULL, sizeof(char *))
KILN_PLAIN(kiln_bytes, KILN_KIND_BYTES, sizeof(struct kiln_bytes))
KILN_PLAIN(kiln_json, KILN_KIND_JSON, sizeof(struct kiln_bytes))

#define KILN_T_VOID (&kiln_void_type)
#define KILN_T_BOOL (&kiln_bool_type)
#define KILN_T_INT (&kiln_int_type)
#define KILN_T_UINT (&kiln_uint_type)
#define KILN_T_NUMBER (&kiln_number_type)
#define KILN_T_STRING (&kiln_string_type)
#define KILN_T_STRING_OR_NULL (&kiln_string_or_null_type)
#define KILN_T_BYTES (&kiln_bytes_type)
#define KILN_T_JSON (&kiln_json_type)
#define KILN_T_ENUM(type) (&type##_type)
#define KILN_T_STRUCT(type) (&type##_type)
#define KILN_T_LIST(type) (&type##_type)

#define KILN_C_MEMBER(type_, name_, doc_) KILN_C_##type_ name_;
#define KILN_C_OPTIONAL(type_, name_, doc_) \
	bool has_##name_;                   \
	KILN_C_##type_ name_;
#define KILN_D_MEMBER(type_, name_, doc_) \
	{ .name = #name_, .doc = doc_, .type = KILN_T_##type_, .offset = offsetof(self, name_) },
#define KILN_D_OPTIONAL(type_, name_, doc_)         \
	{ .name = #name_,                           \
		.doc = doc_,                        \
		.type = KILN_T_##type_,             \
		.offset = offsetof(self, name_),    \
		.has = offsetof(self, has_##name_), \
		.optional = true },

/* The members' offsets need the struct's name, which only a function can give them. */
#define KILN_MEMBERS(name_, MEMBERS)                                       \
	struct name_ {                                                     \
		MEMBERS(KILN_C_MEMBER, KILN_C_OPTIONAL)                    \
	};                                                                 \
	KILN_UNUSED static const struct kiln_member *name_##_members(void) \
	{                                                                  \
		typedef struct name_ self KILN_UNUSED;                     \
		static const struct kiln_member list[] = { MEMBERS(        \
			KILN_D_MEMBER, KILN_D_OPTIONAL){ .name = NULL } }; \
		return list;                                               \
	}

/* An object: struct @name_ in C, interface @text_ in TypeScript. */
#define KILN_STRUCT(name_, text_, MEMBERS, doc_)                                             \
	KILN_MEMBERS(name_, MEMBERS)                                                         \
	KILN_UNUSED static const struct kiln_type name_##_type = { .kind = KILN_KIND_STRUCT, \
		.name = text_,                                                               \
		.doc = doc_,                                                                 \
		.size = sizeof(struct name_),                                                \
		.members = name_##_members };

#define KILN_C_VALUE(constant_, text_, doc_) constant_,
#define KILN_D_VALUE(constant_, text_, doc_) { .name = text_, .doc = doc_, .value = constant_ },

/* VALUES(VALUE) is VALUE(CONSTANT, "text", "doc") for each; they count from 0. */
#define KILN_ENUM(name_, text_, VALUES, doc_)                                                      \
	enum name_ { VALUES(KILN_C_VALUE) };                                                       \
	KILN_UNUSED static const struct kiln_member *name_##_members(void)                         \
	{                                                                                          \
		static const struct kiln_member list[] = { VALUES(KILN_D_VALUE){ .name = NULL } }; \
		return list;                                                                       \
	}                                                                                          \
	KILN_UNUSED static const struct kiln_type name_##_type = { .kind = KILN_KIND_ENUM,         \
		.name = text_,                                                                     \
		.doc = doc_,                                                                       \
		.size = sizeof(enum name_),                                                        \
		.members = name_##_members };

/* An array: struct @name_ with items and count. */
#define KILN_LIST(name_, item_)                                                            \
	struct name_ {                                                                     \
		KILN_C_##item_ *items;                                                     \
		size_t count;                                                              \
	};                                                                                 \
	KILN_UNUSED static const struct kiln_type name_##_type = {                         \
		.kind = KILN_KIND_LIST, .size = sizeof(struct name_), .of = KILN_T_##item_ \
	};

/*
 * An operation: a function @text_ that returns a Promise, and the handler
 * int name_(struct kiln_call *, const struct name_##_args *, RESULT *), which the
 * including file defines. It returns 0 with the result filled in (what it points to is
 * copied before anything else of the module runs), KILN_LATER, what host->fail()
 * returned, or -errno. It must not block: nothing else moves meanwhile.
 */
#define KILN_OP(name_, text_, ARGS, result_, doc_, example_)         \
	KILN_OP_ARGS(name_, text_, ARGS, result_, doc_, example_)    \
	KILN_OP_HANDLER(name_, text_, ARGS, result_, doc_, example_) \
	static const struct kiln_op name_##_op = { .name = text_,    \
		.doc = doc_,                                         \
		.example = example_,                                 \
		.args = &name_##_args_type,                          \
		.result = KILN_T_##result_,                          \
		.flags = KILN_OP_ASYNC,                              \
		.run = name_##_run };

/* Its two halves, for a module whose declaration and handlers are in different files. */
#define KILN_OP_ARGS(name_, text_, ARGS, result_, doc_, example_) \
	KILN_STRUCT(name_##_args, NULL, ARGS, NULL)
#define KILN_OP_HANDLER(name_, text_, ARGS, result_, doc_, example_)                   \
	static int name_(struct kiln_call *call, const struct name_##_args *args,      \
		KILN_C_##result_ *result);                                             \
	static int name_##_run(struct kiln_call *call, const void *args, void *result) \
	{                                                                              \
		return name_(call, args, result);                                      \
	}

/* An event that the module may emit; its payload is a struct. */
#define KILN_EVENT(name_, text_, payload_, doc_)                         \
	KILN_UNUSED static const struct kiln_event name_##_event = {     \
		.type = text_, .doc = doc_, .payload = KILN_T_##payload_ \
	};

#define KILN_D_OP(name_) &name_##_op,
#define KILN_D_EVENT(name_) &name_##_event,

/* The module itself. OPS(OP) is OP(name) for each, EVENTS(EVENT) likewise. */
#define KILN_MODULE(text_, doc_, OPS, EVENTS, start_, stop_)                                \
	static const struct kiln_op *const kiln_module_ops[] = { OPS(KILN_D_OP) NULL };     \
	static const struct kiln_event *const kiln_module_events[] = { EVENTS(KILN_D_EVENT) \
			NULL };                                                             \
	__attribute__((visibility("default"))) extern const struct kiln_module kiln_module; \
	const struct kiln_module kiln_module = { .abi = KILN_ABI,                           \
		.name = text_,                                                              \
		.doc = doc_,                                                                \
		.ops = kiln_module_ops,                                                     \
		.events = kiln_module_events,                                               \
		.start = start_,                                                            \
		.stop = stop_ };

/* What is declared and has none, for ARGS, OPS and EVENTS. */
#define KILN_NONE(...)
