#include "oom/alloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Both glibc and ASan have their own under another name for those who stand in front. */
#ifdef __SANITIZE_ADDRESS__
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t n, size_t size);
void *REAL(realloc)(void *p, size_t size);
void REAL(free)(void *p);

static size_t asked, failed, live;
static size_t fail_after, times_left;
static const void **trace;
static size_t trace_room;

void alloc_fail_after(size_t n, size_t times)
{
	asked = failed = 0;
	fail_after = n;
	times_left = times;
}

void alloc_relent(void)
{
	times_left = 0;
}

size_t alloc_asked(void)
{
	return asked;
}

size_t alloc_failed(void)
{
	return failed;
}

size_t alloc_live(void)
{
	return live;
}

void alloc_trace(const void **who, size_t room)
{
	trace = who;
	trace_room = room;
}

/* Not inlined: the place for a breakpoint that shows which allocation it is. */
__attribute__((noinline)) static bool refuse(void)
{
	failed++;
	errno = ENOMEM;
	return true;
}

static bool refused(const void *who)
{
	if (trace && asked < trace_room)
		trace[asked] = who;
	if (asked++ < fail_after || times_left == 0)
		return false;
	times_left--;
	return refuse();
}

static void *counted(void *p)
{
	if (p)
		live++;
	return p;
}

#pragma GCC visibility push(default)

void *malloc(size_t size)
{
	return refused(__builtin_return_address(0)) ? NULL : counted(REAL(malloc)(size));
}

void *calloc(size_t n, size_t size)
{
	return refused(__builtin_return_address(0)) ? NULL : counted(REAL(calloc)(n, size));
}

void free(void *p)
{
	if (p)
		live--;
	REAL(free)(p);
}

static void *resize(void *p, size_t size, const void *who)
{
	if (p && size == 0) {
		free(p);
		return NULL;
	}
	if (refused(who))
		return NULL;
	return p ? REAL(realloc)(p, size) : counted(REAL(malloc)(size));
}

void *realloc(void *p, size_t size)
{
	return resize(p, size, __builtin_return_address(0));
}

/* ASan has one of its own, which would not come by here. */
void *reallocarray(void *p, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return resize(p, total, __builtin_return_address(0));
}

#pragma GCC visibility pop
