/*
 * KILN_DUK_OPTIONS: how our Duktape differs from the stock configuration. The
 * build inserts this file into duk_config.h at the place for overrides, so it
 * is compiled into Duktape itself and has no include guard or includes.
 */

/*
 * The execution deadline, see heap.c. The macro expands inside Duktape's
 * interrupt handler, where "ctr" is the number of instructions until the next
 * check. Stock is 256 Ki: with string operations of a megabyte each that is
 * minutes. A check costs some 25 ns, so this one is below 1 %.
 */
#define DUK_USE_INTERRUPT_COUNTER
int heap_out_of_time(void *udata);
#define DUK_USE_EXEC_TIMEOUT_CHECK(udata) (ctr = 1024, heap_out_of_time(udata))

/* Stack traces are for the app's author: no C file of Duktape's or ours in them. */
#undef DUK_FILE_MACRO
#define DUK_FILE_MACRO ((const char *)0)

#define DUK_USE_JSON_STRINGIFY_FASTPATH

/*
 * String.fromCharCode() beyond 16 bits makes strings that are no text. Other
 * things that are not for scripts cannot be configured away without generating
 * Duktape's sources anew; heap.c takes them out of a new heap.
 */
#undef DUK_USE_NONSTD_STRING_FROMCHARCODE_32BIT
