/*
 * What a window's pages have for the log: lines of their consoles, and errors
 * that nobody in them caught, with places in the app's own files in the terms of
 * their author. Errors are bounded as loop/burst.h has it, all else by the second.
 */
#pragma once

#include "base/log.h"
#include "loop/burst.h"
#include "wire/limits.h"

struct source_maps;

/* What comes from a page is not to be trusted; of its length is only what is said here. */
struct page_line {
	enum log_level level;
	const char *origin; /* of the document that it is from */
	const char *text; /* UTF-8 with a length, as all here */
	size_t text_len;
	const char *stack; /* JavaScriptCore's, of an error; may be empty */
	size_t stack_len;
};

struct page_log {
	const char *app_origin; /* borrowed */
	struct source_maps *maps; /* borrowed; null: places stay as they are */
	char who[PEER_NAME_MAX + 16];
	struct burst errors;
	struct log_site others[LOG_LEVEL_DEBUG + 1];
};

/* -ENOMEM. */
must_check int page_log_init(struct page_log *l, struct loop *loop, const char *window,
	const char *app_origin, struct source_maps *maps);
/* No-op on a zeroed one. */
void page_log_fini(struct page_log *l);
void page_log_line(struct page_log *l, const struct page_line *line);
