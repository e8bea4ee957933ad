/*
 * Which connectors there are, what is plugged into them, and which CRTC drives which.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xf86drm.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "screen/backlight.h"
#include "screen/kms.h"
#include "screen/kms_card.h"
#include "screen/kms_output.h"
#include "screen/kms_request.h"

#define LOG_TAG "kms"
#include "base/log.h"

static struct kms_output *kms_output_of(struct output *o)
{
	return container_of(o, struct kms_output, output);
}

struct kms_output *kms_next_output(const struct kms *kms, struct kms_output *prev)
{
	struct output *o = screen_next(&kms->screen, prev ? &prev->output : NULL);

	return o ? kms_output_of(o) : NULL;
}

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

	kms_for_each_output (other, kms) {
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
	kms_for_each_output (other, kms) {
		if (other != k && waits_for_crtc(other))
			loop_timer_arm(kms->rescan, clock_now());
	}
}

void kms_darken_unused(struct kms *kms)
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

void kms_unplug(struct kms_output *k)
{
	log_info("%s: unplugged", k->output.name);
	k->arriving = false;
	presenter_unplugged(&k->output);
}

static struct kms_output *find(const struct kms *kms, const struct kms_connector *c)
{
	struct kms_output *k;

	kms_for_each_output (k, kms) {
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
		kms_unplug(k);
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

	kms_for_each_output (k, kms) {
		if (k->seen || k->connector.id == 0)
			continue;
		if (k->connector.plugged)
			kms_unplug(k);
		memset(&k->connector, 0, sizeof(k->connector));
		k->connector.crtc = -1;
	}
}

static void plug_arriving(struct kms *kms)
{
	struct kms_output *k;

	kms_for_each_output (k, kms) {
		if (k->arriving)
			plug(k);
	}
}

void kms_scan(struct kms *kms, uint32_t which)
{
	drmModeRes *all = drmModeGetResources(kms->card->fd);
	struct kms_output *k;

	kms->scanned = clock_now();
	if (!all) {
		log_error(
			"%s does not say what is plugged in: %s", kms->card->path, strerror(errno));
		return;
	}
	kms_for_each_output (k, kms)
		k->seen = false;
	for (int i = 0; i < all->count_connectors; i++)
		read_connector(kms, all->connectors[i], which == 0 || which == all->connectors[i]);
	drmModeFreeResources(all);
	drop_vanished(kms);
	plug_arriving(kms);
}

void kms_plug_again(struct kms *kms)
{
	struct kms_output *k;

	kms_for_each_output (k, kms)
		k->arriving = k->connector.plugged;
	plug_arriving(kms);
}
