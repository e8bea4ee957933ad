/*
 * What the core of src/screen asks of an output, done by a CRTC and its primary plane.
 * How frames get to the panel is kms_flip.c's.
 */
#include "screen/kms_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xf86drm.h>

#include "screen/backlight.h"
#include "screen/kms.h"
#include "screen/kms_card.h"
#include "screen/kms_flip.h"
#include "screen/kms_import.h"
#include "screen/kms_request.h"

#define LOG_TAG "kms"
#include "base/log.h"

static struct kms_output *kms_output_of(const struct output *o)
{
	return container_of(o, struct kms_output, output);
}

/* ---- frames ---- */

static int target(struct output *o, unsigned *ret_index, pixman_image_t **ret)
{
	struct kms_output *k = kms_output_of(o);
	unsigned index = k->lit == 0 ? 1 : 0;

	if (!k->targets[index].image)
		return -ENODEV;
	*ret_index = index;
	*ret = k->targets[index].image;
	return 0;
}

static int commit(struct output *o, const pixman_region32_t *drawn)
{
	struct kms_output *k = kms_output_of(o);
	int index = k->lit == 0 ? 1 : 0;
	bool all = k->unshown & 1u << index;
	int r = kms_flip_start(
		k, (struct kms_frame){ k->targets[index].fb, -1 }, all ? NULL : drawn);

	if (r < 0)
		return r;
	k->next = index;
	k->composed++;
	return 0;
}

static void note_refusal(struct kms_output *k, const struct buffer *b, const char *why)
{
	if (strcmp(k->refused, why) == 0)
		return;
	snprintf(k->refused, sizeof(k->refused), "%s", why);
	log_info("%s: frames of %ux%u are copied: %s", k->output.name, b->picture.width,
		b->picture.height, why);
}

/* Whether the card takes it in this mode; asked once for each buffer. */
static int test(struct kms_output *k, struct kms_import *i)
{
	int r;

	if (i->refused == k->setup)
		return -ENOTSUP;
	if (i->tested == k->setup)
		return 0;
	r = kms_flip_commit(k, (struct kms_frame){ i->fb, -1 }, NULL, DRM_MODE_ATOMIC_TEST_ONLY, 0);
	if (r < 0)
		i->refused = k->setup;
	else
		i->tested = k->setup;
	return r;
}

static int scan_out(struct output *o, struct buffer *b, const pixman_region32_t *damage)
{
	struct kms_output *k = kms_output_of(o);
	struct kms_import *i;
	int r;

	if (!b->dmabuf || b->picture.width != k->mode.width || b->picture.height != k->mode.height)
		return -ENOTSUP;
	r = kms_import_get(k->kms->card, b, &k->crtc->primary->formats, &i);
	if (r < 0) {
		note_refusal(k, b,
			r == -ENOTSUP ? "the plane does not have their format"
				      : "the card cannot import them");
		return -ENOTSUP;
	}
	r = test(k, i);
	if (r < 0) {
		note_refusal(k, b, "the card refuses to show them");
		return -ENOTSUP;
	}
	r = kms_flip_start(k, (struct kms_frame){ i->fb, b->dmabuf->fence }, damage);
	if (r < 0)
		return r;
	buffer_ref(b);
	k->next_buffer = b;
	if (k->scanned++ == 0)
		log_info("%s: frames are scanned out as they are, without a copy", o->name);
	k->refused[0] = '\0';
	return 0;
}

static pixman_image_t *lit(struct output *o)
{
	struct kms_output *k = kms_output_of(o);

	return k->lit >= 0 ? k->targets[k->lit].image : NULL;
}

/* ---- modes and power ---- */

static void free_mode_blob(struct kms_output *k)
{
	if (k->mode_blob)
		drmModeDestroyPropertyBlob(k->kms->card->fd, k->mode_blob);
	k->mode_blob = 0;
}

/* The picture stays lit, if there is one, until the next mode is set. */
static void retire(struct kms_output *k)
{
	bool shows = k->lit >= 0 || k->lit_buffer || k->serial;

	kms_flip_forget(k);
	if (shows) {
		kms_flip_free_dumbs(k->retired);
		memcpy(k->retired, k->targets, sizeof(k->retired));
		memset(k->targets, 0, sizeof(k->targets));
	} else {
		kms_flip_free_dumbs(k->targets);
	}
	k->lit = -1;
}

static int make_targets(struct kms_output *k, const struct mode *m)
{
	for (unsigned i = 0; i < KMS_TARGETS; i++) {
		int r = kms_dumb_init(k->kms->card, m->width, m->height, &k->targets[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int try_mode(struct kms_output *k, const struct mode *m)
{
	const struct kms_connector *c = &k->connector;
	const drmModeModeInfo *info = kms_modes_find(c->modes, c->n_modes, m);
	int r;

	if (!info)
		return -EINVAL;
	if (drmModeCreatePropertyBlob(k->kms->card->fd, info, sizeof(*info), &k->mode_blob) < 0)
		return -errno;
	r = make_targets(k, m);
	if (r < 0)
		return r;
	k->mode = *m;
	k->setup++;
	k->fresh = true;
	k->unpaced = false;
	return kms_flip_commit(
		k, (struct kms_frame){ k->targets[0].fb, -1 }, NULL, DRM_MODE_ATOMIC_TEST_ONLY, 0);
}

static int set_mode(struct output *o, const struct mode *m)
{
	struct kms_output *k = kms_output_of(o);
	int r;

	if (k->kms->gone)
		return -ENODEV;
	retire(k);
	free_mode_blob(k);
	/* No other mode would do better; kms_taken_away() comes back to it. */
	if (k->kms->away)
		return -EBUSY;
	r = k->crtc ? 0 : kms_take_crtc(k->kms, k);
	if (r == 0)
		r = try_mode(k, m);
	/* That is "nothing is free to drive it" to the caller, and the card meant something else.
	 */
	if (r == -EBUSY && k->crtc)
		r = -EIO;
	if (r < 0) {
		kms_flip_free_dumbs(k->targets);
		free_mode_blob(k);
	}
	return r;
}

static int switch_off(struct kms_output *k)
{
	struct kms_request q;
	int r;

	kms_request_init(&q, k->kms->card, &k->kms->res);
	kms_request_off(&q, k->crtc);
	r = kms_request_commit(&q, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
	kms_request_fini(&q);
	if (r < 0 && r != -EACCES)
		log_warn("%s: cannot be switched off: %s", k->output.name, strerror(-r));
	return r;
}

static void unset_mode(struct output *o)
{
	struct kms_output *k = kms_output_of(o);

	if (k->crtc) {
		if (k->scanned)
			log_info("%s: %llu frames were scanned out, %llu were composed", o->name,
				(unsigned long long)k->scanned, (unsigned long long)k->composed);
		if (!k->kms->gone)
			(void)switch_off(k);
		k->connector.crtc = -1;
	}
	kms_flip_forget(k);
	buffer_unref(take_ptr(k->lit_buffer));
	kms_flip_free_dumbs(k->retired);
	kms_flip_free_dumbs(k->targets);
	free_mode_blob(k);
	k->lit = -1;
	k->fresh = false;
	k->mode = (struct mode){ .width = 0 };
	kms_give_crtc(k->kms, k);
}

/* What the card says it is, and not what it was told. */
static int power(struct kms_output *k, bool *ret)
{
	struct kms_prop props[CRTC_PROPS];
	int r = kms_props_read(k->kms->card->fd, k->crtc->id, DRM_MODE_OBJECT_CRTC, kms_crtc_props,
		CRTC_PROPS, props);

	if (r == 0)
		*ret = props[CRTC_ACTIVE].value;
	return r;
}

static int set_power(struct output *o, bool on)
{
	struct kms_output *k = kms_output_of(o);
	struct kms_request q;
	bool is = false;
	int r;

	if (!k->crtc || k->kms->gone)
		return -ENODEV;
	/*
	 * Nothing was shown yet: the next frame brings the power with the mode. But until then
	 * what was there before is lit, and is to go dark.
	 */
	if (k->fresh) {
		if (!on)
			kms_flip_forget(k);
		return on ? 0 : switch_off(k);
	}
	kms_request_init(&q, k->kms->card, &k->kms->res);
	kms_request_active(&q, k->crtc, on);
	r = kms_request_commit(&q, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
	kms_request_fini(&q);
	if (r == -EACCES)
		kms_taken_away(k->kms);
	if (r == 0)
		r = power(k, &is);
	if (r < 0)
		return r;
	if (is != on)
		return -EIO;
	/* The commit has waited for the flip that was under way: that frame is lit, and dark. */
	if (!on && k->serial)
		kms_flip_settle(k);
	if (!on)
		kms_flip_forget(k);
	return 0;
}

static int set_brightness(struct output *o, double level)
{
	struct kms_output *k = kms_output_of(o);

	return k->backlight ? backlight_set(k->backlight, level) : -ENOTSUP;
}

static int brightness(struct output *o, double *ret)
{
	struct kms_output *k = kms_output_of(o);

	return k->backlight ? backlight_get(k->backlight, ret) : -ENOTSUP;
}

/* ---- life ---- */

static void kms_output_free(struct output *o)
{
	struct kms_output *k = kms_output_of(o);

	unset_mode(o);
	kms_flip_fini(k);
	backlight_free(k->backlight);
	presenter_fini(o);
	free(k);
}

static const struct presenter_ops ops = {
	.set_mode = set_mode,
	.unset_mode = unset_mode,
	.set_power = set_power,
	.target = target,
	.commit = commit,
	.scan_out = scan_out,
	.lit = lit,
	.set_brightness = set_brightness,
	.brightness = brightness,
	.free = kms_output_free,
};

int kms_output_new(struct kms *kms, const char *name, struct kms_output **ret)
{
	struct kms_output *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	k->kms = kms;
	k->lit = k->next = -1;
	k->connector.crtc = -1;
	r = kms_flip_init(k, kms->screen.opts.loop);
	if (r == 0)
		r = presenter_init(&k->output, &kms->screen, &ops, name);
	if (r < 0) {
		kms_flip_fini(k);
		free(k);
		return r;
	}
	presenter_ready(&k->output);
	*ret = k;
	return 0;
}
