/*
 * Reads a file of settings in JSON with comments: kiln.json, and the device's own.
 * Strict: an unknown key, a wrong type or a number out of its range is an error that
 * names the file and the key's path. What a file holds is declared as tables of
 * fields, and read in the order in which it is written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/macros.h"
#include "wire/cursor.h"

/* A file of settings; bytes. */
#define READER_TEXT_MAX (1u << 20)
#define READER_PATH_MAX 128

struct reader_error {
	char text[384]; /* "kiln.json:3:7: …" or "kiln.json: windows[0].url: …" */
};

struct reader {
	struct cursor cursor;
	char path[READER_PATH_MAX]; /* of the value being read, "windows[0].url" */
	const char *file; /* borrowed: what errors begin with */
	struct reader_error *error; /* borrowed */
	struct buf value; /* owned: the file as msgpack */
};

/* Reads one value at the cursor into what @out is: 0, or what reader_wrong() says; -ENOMEM. */
typedef int (*reader_fn)(struct reader *r, void *out);
/* The same for a member whose key is not known beforehand; @key is not terminated. */
typedef int (*reader_member_fn)(struct reader *r, const char *key, size_t len, void *out);

struct reader_field {
	const char *key;
	reader_fn parse;
	size_t offset; /* in the struct that the object fills */
};

struct reader_choice {
	const char *word;
	unsigned value;
};

/*
 * Takes the text in; it may go afterwards. -EBADMSG and the like, said in @error, when it
 * is no JSON. reader_fini() is legal after a failure, too.
 */
must_check int reader_init(struct reader *r, const char *file, const char *text, size_t len,
	struct reader_error *error);
void reader_fini(struct reader *r);
/* What @error says of a failure that nobody put into words, -ENOMEM for example. Returns it. */
int reader_explain(struct reader *r, int error);

/* Fills the error with the path and the reason; -EINVAL. */
int reader_wrong(struct reader *r, const char *fmt, ...) printf_like(2, 3);
/* Appends a step to the path for the time of one member; gives what reader_leave() takes back. */
size_t reader_enter(struct reader *r, const char *fmt, ...) printf_like(2, 3);
void reader_leave(struct reader *r, size_t mark);
/* "a string" */
const char *reader_type_name(enum value_type type);

must_check int reader_expect(struct reader *r, enum value_type type, struct value *ret);
/* An object with these members and no others, each at most once; 64 fields at most. */
must_check int reader_object(
	struct reader *r, const struct reader_field *fields, size_t n, void *out);
/* An object whose keys are names, at most @max. That none is there twice is the caller's. */
must_check int reader_members(struct reader *r, uint32_t max, reader_member_fn parse, void *out);
/* Calls @parse for each item, always with the same @out. */
must_check int reader_array(struct reader *r, reader_fn parse, void *out);
/*
 * @out is char **: text of one line, not empty. The caller owns it; what was there before
 * is freed.
 */
must_check int reader_string(struct reader *r, void *out);
/* The same, "" being allowed. */
must_check int reader_text(struct reader *r, void *out);
must_check int reader_bool(struct reader *r, void *out); /* bool * */
must_check int reader_whole(struct reader *r, uint64_t min, uint64_t max, uint64_t *ret);
must_check int reader_real(struct reader *r, double min, double max, double *ret);
/* One of the words. */
must_check int reader_choice(
	struct reader *r, const struct reader_choice *choices, size_t n, unsigned *ret);
