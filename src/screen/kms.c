/*
 * A card as a screen: which connectors there are, what is plugged into them, and which
 * CRTC drives which. What one of them shows is kms_output.c's.
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
#include "screen/backlight.h"
#include "screen/kms_card.h"
#include "screen/kms_events.h"
#include "screen/kms_hotplug.h"
#include "screen/kms_output.h"
#include "screen/kms_request.h"

#define LOG_TAG "kms"
#include "base/log.h"

/* A loose plug may tell a hundred times a second; asking a screen takes some 10 ms. */
#define RESCAN_NS (200 * NSEC_PER_MSEC)
#define RECLAIM_NS (2 * NSEC_PER_SEC)

static struct kms *kms_of(const struct screen *s)
{
	return container_of(s, struct kms, screen);
}

static struct kms_output *kms_output_of(struct output *o)
{
	return container_of(o, struct kms_output, output);
}

static struct kms_output *next_output(const struct kms *kms, struct kms_output *prev)
{
	struct output *o = screen_next(&kms->screen, prev ? &prev->output : NULL);

	return o ? kms_output_of(o) : NULL;
}

#define for_each_output(k, kms) for (k = next_output(kms, NULL); k; k = next_output(kms, k))

/* ---- CRTCs ---- */

static uint32_t usable_crtcs(const struct kms *kms)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < kms->res.n_crtcs; i++) {
		if (kms->res.crtcs[i].primary)
			mask |= 1u << i;
	}
	return mask;
}

/*
 * Those that are about to be lit count, too, so that each gets one where there is a way;
 * they come for theirs when it is their turn.
 */
int kms_take_crtc(struct kms *kms, struct kms_output *k)
{
	struct kms_assign list[SCREEN_OUTPUTS_MAX];
	size_t n = 0, self = 0;
	struct kms_output *other;

	for_each_output(other, kms)
	{
		if (n == ARRAY_SIZE(list))
			break;
		if (other == k)
			self = n;
		list[n++] = (struct kms_assign){
			.possible = other->connector.possible_crtcs & usable_crtcs(kms),
			.hint = other->connector.crtc,
			.assigned = other->crtc                     ? (int)other->crtc->index
				    : other == k || other->arriving ? KMS_ASSIGN_WANTED
								    : KMS_ASSIGN_UNWANTED,
		};
	}
	kms_assign(list, n);
	if (n == 0 || list[self].assigned < 0)
		return -EBUSY;
	k->crtc = &kms->res.crtcs[list[self].assigned];
	k->crtc->user = k;
	return 0;
}

static bool waits_for_crtc(const struct kms_output *k)
{
	return k->connector.plugged && output_state(&k->output) == OUTPUT_PRESENT &&
	       !output_config(&k->output)->off;
}

void kms_give_crtc(struct kms *kms, struct kms_output *k)
{
	struct kms_output *other;

	if (!k->crtc)
		return;
	k->crtc->user = NULL;
	k->crtc = NULL;
	for_each_output(other, kms)
	{
		if (other != k && waits_for_crtc(other))
			loop_timer_arm(kms->rescan, clock_now());
	}
}

/* What others left lit and we have no use for: a console, say. */
static void darken_unused(struct kms *kms)
{
	for (size_t i = 0; i < kms->res.n_crtcs; i++) {
		const struct kms_crtc *c = &kms->res.crtcs[i];
		struct kms_request q;

		if (c->user || !c->props[CRTC_ACTIVE].value)
			continue;
		kms_request_init(&q, kms->card, &kms->res);
		kms_request_off(&q, c);
		if (kms_request_commit(&q, DRM_MODE_ATOMIC_ALLOW_MODESET, 0) < 0)
			log_info("what was lit before on CRTC %u stays", c->id);
		kms_request_fini(&q);
	}
}

/* ---- connectors ---- */

static void log_plugged(const struct kms_output *k, const struct mode *modes, size_t n)
{
	const struct edid *e = &k->connector.edid;
	const struct mode *preferred = NULL;
	char wish[64] = "";

	for (size_t i = 0; i < n && !preferred; i++) {
		if (modes[i].preferred)
			preferred = &modes[i];
	}
	if (preferred)
		snprintf(wish, sizeof(wish), ", prefers %ux%u@%g", preferred->width,
			preferred->height, preferred->refresh_mhz / 1000.0);
	if (e->make[0] || e->model[0])
		log_info("%s: %s%s%s, %zu modes%s", k->output.name, e->make,
			e->make[0] && e->model[0] ? " " : "", e->model, n, wish);
	else
		log_info("%s: a screen that does not say what it is (no EDID), %zu modes%s",
			k->output.name, n, wish);
}

static void plug(struct kms_output *k)
{
	const struct kms_connector *c = &k->connector;
	struct mode modes[KMS_MODES_MAX];
	size_t n = kms_modes_list(c->modes, c->n_modes, modes);
	struct output_info info = {
		.make = c->edid.make,
		.model = c->edid.model,
		.serial = c->edid.serial,
		.mm_width = c->edid.mm_width,
		.mm_height = c->edid.mm_height,
		.modes = modes,
		.n_modes = n,
	};

	k->arriving = false;
	/* Drivers of panels may come up after the card. */
	if (!k->backlight && backlight_new(NULL, k->output.name, &k->backlight) == 0)
		log_info("%s: brightness by %s", k->output.name, backlight_name(k->backlight));
	log_plugged(k, modes, n);
	if (presenter_plugged(&k->output, &info) < 0)
		log_error("%s: no memory to light it", k->output.name);
}

static void unplug(struct kms_output *k)
{
	log_info("%s: unplugged", k->output.name);
	k->arriving = false;
	presenter_unplugged(&k->output);
}

static struct kms_output *find(const struct kms *kms, const struct kms_connector *c)
{
	struct kms_output *k;

	for_each_output(k, kms)
	{
		if (k->connector.id == c->id || strcmp(k->output.name, c->name) == 0)
			return k;
	}
	return NULL;
}

/* Takes over what @c says; who is to be lit waits for its turn, which comes after all have. */
static void update(struct kms_output *k, const struct kms_connector *c)
{
	bool was = k->connector.plugged;
	bool same = was && k->connector.fingerprint == c->fingerprint;

	k->connector = *c;
	k->seen = true;
	if (was && !c->plugged)
		unplug(k);
	else if (c->plugged && (!same || waits_for_crtc(k)))
		k->arriving = true;
	else if (c->failing && output_state(&k->output) == OUTPUT_LIT)
		presenter_lost(&k->output, -ENOLINK);
}

static void read_connector(struct kms *kms, uint32_t id, bool probe)
{
	auto_free struct kms_connector *c = malloc(sizeof(*c));
	struct output *o;
	struct kms_output *k;

	if (!c || kms_connector_read(kms->card->fd, id, probe, c) < 0)
		return;
	k = find(kms, c);
	if (!k) {
		if (screen_output(&kms->screen, c->name, &o) < 0) {
			log_warn("%s: there are too many outputs to use it", c->name);
			return;
		}
		k = kms_output_of(o);
	}
	update(k, c);
}

/* Connectors come and go where screens are daisy-chained. */
static void drop_vanished(struct kms *kms)
{
	struct kms_output *k;

	for_each_output(k, kms)
	{
		if (k->seen || k->connector.id == 0)
			continue;
		if (k->connector.plugged)
			unplug(k);
		memset(&k->connector, 0, sizeof(k->connector));
		k->connector.crtc = -1;
	}
}

/* @which is the connector to be asked anew, 0 all of them. */
static void scan(struct kms *kms, uint32_t which)
{
	drmModeRes *all = drmModeGetResources(kms->card->fd);
	struct kms_output *k;

	kms->scanned = clock_now();
	if (!all) {
		log_error(
			"%s does not say what is plugged in: %s", kms->card->path, strerror(errno));
		return;
	}
	for_each_output(k, kms) k->seen = false;
	for (int i = 0; i < all->count_connectors; i++)
		read_connector(kms, all->connectors[i], which == 0 || which == all->connectors[i]);
	drmModeFreeResources(all);
	drop_vanished(kms);
	for_each_output(k, kms)
	{
		if (k->arriving)
			plug(k);
	}
}

static void on_rescan(struct loop_timer *t, void *arg)
{
	struct kms *kms = arg;
	uint32_t which = kms->changed;

	kms->changed = 0;
	kms->changed_many = false;
	if (!kms->gone)
		scan(kms, which);
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
	struct kms_output *k;

	if (kms->gone)
		return;
	if (kms_card_claim_again(kms->card) < 0) {
		loop_timer_arm(kms->reclaim, clock_now() + RECLAIM_NS);
		return;
	}
	log_info("%s: ours again", kms->card->path);
	kms->away = false;
	for_each_output(k, kms) k->arriving = k->connector.plugged;
	for_each_output(k, kms)
	{
		if (k->arriving)
			plug(k);
	}
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
	for_each_output(k, kms)
	{
		if (k->connector.plugged)
			unplug(k);
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
			kms_output_flipped(c->user, e->serial, when);
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
	scan(kms, 0);
	darken_unused(kms);
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
