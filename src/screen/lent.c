/*
 * The handler is there only meanwhile: what else a SIGBUS may mean, and to whom, is as it
 * was before. Other threads run on; one of theirs goes to who was there before.
 */
#include "screen/lent.h"

#include <assert.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
	uintptr_t from, to; /* whole pages */
	struct sigaction former;
	bool active;
	volatile sig_atomic_t taken_back;
} lent;

/* Zeroes in place of all of it: the mapping is its owner's to undo, as before. */
static void on_bus_error(int signo, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr;
	void *zeroes = MAP_FAILED;

	if (at >= lent.from && at < lent.to)
		zeroes = mmap((void *)lent.from, lent.to - lent.from, PROT_READ,
			MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
	if (zeroes != MAP_FAILED)
		lent.taken_back = 1;
	else
		/* Not ours: it comes again at once, for who was there before. */
		sigaction(SIGBUS, &lent.former, NULL);
}

void lent_begin(const struct picture *p)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), data = (uintptr_t)p->data;
	struct sigaction ours = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };

	assert(!lent.active);
	lent.active = true;
	lent.taken_back = 0;
	lent.from = data & ~(page - 1);
	lent.to = (data + (size_t)p->height * p->stride + page - 1) & ~(page - 1);
	sigemptyset(&ours.sa_mask);
	sigaction(SIGBUS, &ours, &lent.former);
}

bool lent_end(void)
{
	assert(lent.active);
	lent.active = false;
	sigaction(SIGBUS, &lent.former, NULL);
	return lent.taken_back;
}
