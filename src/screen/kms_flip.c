/*
 * One commit is under way at a time, and names itself by a serial number: what comes
 * for another was given up meanwhile. A frame's memory is let go of when the next one
 * is lit, so that nothing is drawn into, released or removed while the panel reads it;
 * that holds across a change of the mode, too, for which the old targets are kept.
 *
 * A mode is set by a commit that waits for it (some 100 ms at most: panels are slow),
 * so that its failure is known; all others only start and end with an event.
 */
#include "screen/kms_flip.h"

#include <errno.h>

#include <xf86drm.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/kms.h"
#include "screen/kms_card.h"
#include "screen/kms_output.h"
#include "screen/kms_request.h"

#define LOG_TAG "kms"
#include "base/log.h"

/* Beyond that a flip does not come any more; the slowest panels have 24 Hz. */
#define LATE_NS NSEC_PER_SEC
/* How soon a commit is tried again that found the card busy. */
#define AGAIN_NS (2 * NSEC_PER_MSEC)

void kms_flip_free_dumbs(struct kms_dumb dumbs[KMS_TARGETS])
{
	for (unsigned i = 0; i < KMS_TARGETS; i++)
		kms_dumb_fini(&dumbs[i]);
}

void kms_flip_forget(struct kms_output *k)
{
	loop_timer_disarm(k->late);
	loop_timer_disarm(k->again);
	loop_timer_disarm(k->pace);
	k->serial = 0;
	/* Its target will not be told again what was drawn into it. */
	if (k->waiting_fb && k->next >= 0)
		k->unshown |= 1u << k->next;
	k->waiting_fb = 0;
	k->next = -1;
	buffer_unref(take_ptr(k->next_buffer));
}

int kms_flip_commit(struct kms_output *k, struct kms_frame frame, const pixman_region32_t *damage,
	uint32_t flags, uint32_t serial)
{
	struct kms_request q;
	int r;

	kms_request_init(&q, k->kms->card, &k->kms->res);
	if (k->fresh) {
		kms_request_mode(&q, k->crtc, &k->connector, k->mode_blob);
		flags |= DRM_MODE_ATOMIC_ALLOW_MODESET;
	}
	kms_request_show(&q, k->crtc, frame.fb, k->mode.width, k->mode.height, damage);
	if (frame.fence >= 0)
		kms_request_fence(&q, k->crtc, frame.fence);
	r = kms_request_commit(&q, flags, serial);
	kms_request_fini(&q);
	if (r == -EACCES)
		kms_taken_away(k->kms);
	return r;
}

static void is_driven(struct kms_output *k)
{
	uint64_t count, when;

	k->fresh = false;
	k->connector.crtc = (int)k->crtc->index;
	k->unpaced = drmCrtcGetSequence(k->kms->card->fd, k->crtc->id, &count, &when) < 0;
	log_debug("%s: frames are paced by %s", k->output.name,
		k->unpaced ? "a timer: the card has no vblanks" : "vblanks");
}

/* Starts to show @fb. -EBUSY counts as done: it is tried again until it is late. */
static int flip(struct kms_output *k, struct kms_frame frame, const pixman_region32_t *damage)
{
	uint32_t serial = kms_next_serial(k->kms);
	uint32_t flags = DRM_MODE_PAGE_FLIP_EVENT | (k->fresh ? 0 : DRM_MODE_ATOMIC_NONBLOCK);
	int r = kms_flip_commit(k, frame, damage, flags, serial);

	if (r == -EBUSY) {
		k->waiting_fb = frame.fb;
		k->waiting_fence = frame.fence;
		loop_timer_arm(k->again, clock_now() + AGAIN_NS);
		return 0;
	}
	if (r < 0)
		return r;
	k->waiting_fb = 0;
	k->serial = serial;
	if (k->fresh)
		is_driven(k);
	return 0;
}

int kms_flip_start(struct kms_output *k, struct kms_frame frame, const pixman_region32_t *damage)
{
	int r;

	if (k->serial || k->waiting_fb)
		return -EBUSY;
	r = flip(k, frame, damage);
	if (r == 0)
		loop_timer_arm(k->late, clock_now() + LATE_NS);
	return r;
}

static void give_up(struct kms_output *k, int error)
{
	kms_flip_forget(k);
	presenter_lost(&k->output, error);
}

static void on_again(struct loop_timer *t, void *arg)
{
	struct kms_output *k = arg;
	int r = flip(k, (struct kms_frame){ k->waiting_fb, k->waiting_fence }, NULL);

	if (r < 0)
		give_up(k, r);
}

static void on_late(struct loop_timer *t, void *arg)
{
	struct kms_output *k = arg;

	give_up(k, k->waiting_fb ? -EBUSY : -ETIMEDOUT);
}

/* What was lit before is not read any more. */
void kms_flip_settle(struct kms_output *k)
{
	struct buffer *former = k->lit_buffer;

	if (k->next >= 0)
		k->unshown &= ~(1u << k->next);
	k->lit = k->next;
	k->lit_buffer = take_ptr(k->next_buffer);
	k->next = -1;
	kms_flip_free_dumbs(k->retired);
	buffer_unref(former);
}

static uint64_t period(const struct kms_output *k)
{
	return 1000 * NSEC_PER_SEC / (k->mode.refresh_mhz ? k->mode.refresh_mhz : 60000);
}

static void done(struct kms_output *k, uint64_t when)
{
	k->when = when;
	presenter_done(&k->output, when);
}

static void on_pace(struct loop_timer *t, void *arg)
{
	struct kms_output *k = arg;

	done(k, k->when + period(k));
}

void kms_flip_done(struct kms_output *k, uint32_t serial, uint64_t when)
{
	uint64_t next = k->when + period(k);

	if (serial == 0 || serial != k->serial)
		return;
	loop_timer_disarm(k->late);
	k->serial = 0;
	kms_flip_settle(k);
	/* Some that exist only in software say at once that they have flipped. */
	if (k->unpaced && when < next)
		loop_timer_arm(k->pace, next);
	else
		done(k, when);
}

int kms_flip_init(struct kms_output *k, struct loop *l)
{
	int r = loop_timer_new(l, "page flip late", on_late, k, &k->late);

	if (r == 0)
		r = loop_timer_new(l, "page flip again", on_again, k, &k->again);
	if (r == 0)
		r = loop_timer_new(l, "page flip pace", on_pace, k, &k->pace);
	return r;
}

void kms_flip_fini(struct kms_output *k)
{
	loop_timer_free(k->late);
	loop_timer_free(k->again);
	loop_timer_free(k->pace);
}
