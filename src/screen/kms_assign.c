/*
 * A maximum matching by augmenting paths. What was assigned before is never moved:
 * taking a lit panel's CRTC away makes it flash.
 */
#include "screen/kms_assign.h"

#include <stdbool.h>

struct search {
	struct kms_assign *list;
	int owner[KMS_ASSIGN_MAX]; /* index in list, or -1 */
	uint32_t fixed; /* given before this call */
	uint32_t visited;
};

static bool find_place(struct search *s, int who);

/* @displace: who has got it in this call may have to find another place. */
static bool take(struct search *s, int who, int crtc, bool displace)
{
	uint32_t bit = 1u << crtc;

	if (!(s->list[who].possible & bit) || (s->fixed | s->visited) & bit)
		return false;
	if (s->owner[crtc] >= 0) {
		if (!displace)
			return false;
		s->visited |= bit;
		if (!find_place(s, s->owner[crtc]))
			return false;
	}
	s->owner[crtc] = who;
	s->list[who].assigned = crtc;
	return true;
}

static bool find_place(struct search *s, int who)
{
	int hint = s->list[who].hint;

	if (hint >= 0 && hint < KMS_ASSIGN_MAX && take(s, who, hint, true))
		return true;
	for (int displace = 0; displace <= 1; displace++) {
		for (int crtc = 0; crtc < KMS_ASSIGN_MAX; crtc++) {
			if (take(s, who, crtc, displace))
				return true;
		}
	}
	return false;
}

void kms_assign(struct kms_assign *list, size_t n)
{
	struct search s = { .list = list };

	for (int crtc = 0; crtc < KMS_ASSIGN_MAX; crtc++)
		s.owner[crtc] = -1;
	for (size_t i = 0; i < n; i++) {
		if (list[i].assigned >= 0 && list[i].assigned < KMS_ASSIGN_MAX)
			s.fixed |= 1u << list[i].assigned;
	}
	for (size_t i = 0; i < n; i++) {
		if (list[i].assigned != KMS_ASSIGN_WANTED)
			continue;
		s.visited = 0;
		find_place(&s, (int)i);
	}
}
