/*
 * A card as a screen: its events, its coming and going, and what others ask of it. Which of
 * its connectors are driven is kms_scan.c's, and what one of them shows kms_output.c's.
 *
 * At the end everything is switched off: a kiosk has nothing to go back to, and where
 * there is a console the kernel brings it back itself when the card is closed.
 */
#include "screen/kms.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <xf86drm.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/kms_card.h"
#include "screen/kms_events.h"
#include "screen/kms_flip.h"
#include "screen/kms_hotplug.h"
#include "screen/kms_output.h"

#define LOG_TAG "kms"
#include "base/log.h"

/* A loose plug may tell a hundred times a second; asking a screen takes some 10 ms. */
#define RESCAN_NS (200 * NSEC_PER_MSEC)
#define RECLAIM_NS (2 * NSEC_PER_SEC)

static struct kms *kms_of(const struct screen *s)
{
	return container_of(s, struct kms, screen);
}

/* ---- hotplug ---- */

static void on_rescan(struct loop_timer *t, void *arg)
{
	struct kms *kms = arg;
	uint32_t which = kms->changed;

	kms->changed = 0;
	kms->changed_many = false;
	if (!kms->gone)
		kms_scan(kms, which);
}

static void on_changed(uint32_t connector, void *arg)
{
	struct kms *kms = arg;
	uint64_t now = clock_now(), soonest = kms->scanned + RESCAN_NS;

	if (connector == 0 || (kms->changed && kms->changed != connector))
		kms->changed_many = true;
	kms->changed = kms->changed_many ? 0 : connector;
	loop_timer_arm(kms->rescan, now > soonest ? now : soonest);
}

/* ---- the card itself ---- */

uint32_t kms_next_serial(struct kms *kms)
{
	if (++kms->serial == 0)
		kms->serial = 1;
	return kms->serial;
}

void kms_taken_away(struct kms *kms)
{
	if (!kms->away)
		log_warn(
			"%s: somebody else drives it now; waiting to get it back", kms->card->path);
	kms->away = true;
	loop_timer_arm(kms->reclaim, clock_now() + RECLAIM_NS);
}

static void on_reclaim(struct loop_timer *t, void *arg)
{
	struct kms *kms = arg;

	if (kms->gone)
		return;
	if (kms_card_claim_again(kms->card) < 0) {
		loop_timer_arm(kms->reclaim, clock_now() + RECLAIM_NS);
		return;
	}
	log_info("%s: ours again", kms->card->path);
	kms->away = false;
	kms_plug_again(kms);
}

static void on_gone(void *arg)
{
	struct kms *kms = arg;
	struct kms_output *k;

	if (kms->gone)
		return;
	log_error("%s is gone: nothing can be shown until the runtime is started again",
		kms->card->path);
	kms->gone = true;
	loop_fd_free(take_ptr(kms->events));
	kms_for_each_output (k, kms) {
		if (k->connector.plugged)
			kms_unplug(k);
		k->connector.plugged = false;
	}
}

static void on_flipped(const struct kms_event *e, void *arg)
{
	struct kms *kms = arg;
	uint64_t when = kms->card->monotonic ? e->when : clock_now();

	for (size_t i = 0; i < kms->res.n_crtcs; i++) {
		const struct kms_crtc *c = &kms->res.crtcs[i];

		if (c->id == e->crtc && c->user)
			kms_flip_done(c->user, e->serial, when);
	}
}

static void on_events(struct loop_fd *w, short revents, void *arg)
{
	struct kms *kms = arg;
	uint8_t data[KMS_EVENTS_SIZE];
	ssize_t n = read(kms->card->fd, data, sizeof(data));

	if (n < 0 && (errno == EAGAIN || errno == EINTR) && !(revents & (POLLERR | POLLHUP)))
		return;
	if (n <= 0 || kms_events_parse(data, (size_t)n, on_flipped, kms) < 0)
		on_gone(kms);
}

/* ---- screen ---- */

static int output_new(struct screen *s, const char *name, struct output **ret)
{
	struct kms_output *k;
	int r = kms_output_new(kms_of(s), name, &k);

	if (r == 0)
		*ret = &k->output;
	return r;
}

/* Planes of one card differ little, and what one of them refuses is copied. */
static int gpu(const struct screen *s, struct screen_gpu *ret)
{
	const struct kms *kms = kms_of(s);
	const struct kms_plane *p = NULL;

	for (size_t i = 0; i < kms->res.n_crtcs && !p; i++)
		p = kms->res.crtcs[i].primary;
	if (!p || !kms->card->render[0] || !kms->card->imports)
		return -ENOTSUP;
	*ret = (struct screen_gpu){
		.card = kms->card->path,
		.render = kms->card->render,
		.formats = p->formats.list,
		.n_formats = p->formats.n,
	};
	return 0;
}

static const char *describe(const struct screen *s)
{
	return kms_of(s)->description;
}

/* The outputs are gone already, and with them what they had lit. */
static void kms_free(struct screen *s)
{
	struct kms *kms = kms_of(s);

	kms_hotplug_free(kms->hotplug);
	loop_timer_free(kms->rescan);
	loop_timer_free(kms->reclaim);
	loop_fd_free(kms->events);
	kms_resources_fini(&kms->res);
	kms_card_unref(kms->card);
	free(kms);
}

static const struct screen_ops ops = {
	.output_new = output_new,
	.describe = describe,
	.gpu = gpu,
	.free = kms_free,
};

static int watch(struct kms *kms, struct loop *l)
{
	static const struct kms_hotplug_ops hotplug_ops = { on_changed, on_gone };
	int r = loop_fd_new(l, "page flips", kms->card->fd, POLLIN, on_events, kms, &kms->events);

	if (r == 0)
		r = loop_timer_new(l, "connectors", on_rescan, kms, &kms->rescan);
	if (r == 0)
		r = loop_timer_new(l, "card", on_reclaim, kms, &kms->reclaim);
	if (r == 0 && kms_hotplug_new(l, kms->card->path, &hotplug_ops, kms, &kms->hotplug) < 0)
		log_warn("udev cannot be listened to: what is plugged in later is not noticed");
	return r;
}

static int start(struct kms *kms)
{
	int r = kms_resources_read(kms->card->fd, &kms->res);

	if (r == 0)
		r = watch(kms, kms->screen.opts.loop);
	if (r < 0) {
		log_error("%s cannot be used: %s", kms->card->path, strerror(-r));
		return r;
	}
	snprintf(kms->description, sizeof(kms->description), "KMS %s (%s)", kms->card->path,
		kms->card->driver);
	if (kms->card->render[0])
		log_info("%s: pages may paint with %s", kms->card->path, kms->card->render);
	else
		log_info("%s: no GPU, pages paint with the processor", kms->card->path);
	kms_scan(kms, 0);
	kms_darken_unused(kms);
	return 0;
}

int screen_kms_new(const struct screen_options *opts, const char *card, struct screen **ret)
{
	struct kms *kms = calloc(1, sizeof(*kms));
	int r;

	if (!kms)
		return -ENOMEM;
	screen_init(&kms->screen, &ops, opts);
	r = kms_card_claim(card, &kms->card);
	if (r == 0)
		r = start(kms);
	if (r < 0) {
		screen_free(&kms->screen);
		return r;
	}
	*ret = &kms->screen;
	return 0;
}
