#include "screen/kms_describe.h"

#include <errno.h>
#include <string.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

#include "screen/kms_card.h"
#include "screen/kms_connector.h"
#include "screen/kms_resources.h"

#define CARDS_MAX 64
/* Columns, after which a list of modes or formats goes on in the next line. */
#define LINE 92
#define INDENT "        "

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static bool has(int fd, uint64_t cap)
{
	uint64_t value = 0;

	return drmGetCap(fd, cap, &value) == 0 && value;
}

static void print_card(FILE *out, const struct kms_card *c, bool atomic)
{
	drmVersion *v = drmGetVersion(c->fd);

	fprintf(out, "%s: driver %s", c->path, c->driver);
	if (v)
		fprintf(out, " %d.%d.%d (%.*s)", v->version_major, v->version_minor,
			v->version_patchlevel, v->desc_len, v->desc);
	drmFreeVersion(v);
	fprintf(out, ", renders at %s\n", c->render[0] ? c->render : "no node");
	fprintf(out,
		"    atomic modesetting %s, dumb buffers %s (shadow %s), imports dma-bufs %s, "
		"modifiers %s\n",
		yes_no(atomic), yes_no(has(c->fd, DRM_CAP_DUMB_BUFFER)),
		has(c->fd, DRM_CAP_DUMB_PREFER_SHADOW) ? "preferred" : "not needed",
		yes_no(c->imports), yes_no(c->modifiers));
	fprintf(out, "    driven by %s\n",
		drmIsMaster(c->fd) ? "nobody" : "a runtime, a compositor or an X server");
}

/* The mode that @connector is driven with; false: it is dark. */
static bool current_mode(int fd, const struct kms_connector *c, struct mode *ret)
{
	uint32_t id = (uint32_t)c->props[CONNECTOR_CRTC_ID].value;
	drmModeCrtc *crtc = id ? drmModeGetCrtc(fd, id) : NULL;
	bool valid = crtc && crtc->mode_valid;

	if (valid)
		kms_modes_describe(&crtc->mode, ret);
	drmModeFreeCrtc(crtc);
	return valid;
}

static void print_modes(FILE *out, int fd, const struct kms_connector *c)
{
	struct mode modes[KMS_MODES_MAX], current = { .width = 0 };
	size_t n = kms_modes_list(c->modes, c->n_modes, modes);
	bool lit = current_mode(fd, c, &current);
	int column = fprintf(out, INDENT);

	for (size_t i = 0; i < n; i++) {
		const struct mode *m = &modes[i];
		bool is = lit && m->width == current.width && m->height == current.height &&
			  m->refresh_mhz == current.refresh_mhz;

		if (i > 0 && column > LINE - 20)
			column = fprintf(out, ",\n" INDENT) - 2;
		else if (i > 0)
			column += fprintf(out, ", ");
		column += fprintf(out, "%ux%u@%g%s%s", m->width, m->height, m->refresh_mhz / 1000.0,
			is ? " (current)" : "", m->preferred ? " (preferred)" : "");
	}
	fputc('\n', out);
}

static void print_connector(FILE *out, int fd, uint32_t id)
{
	auto_free struct kms_connector *c = malloc(sizeof(*c));
	const struct edid *e;

	if (!c || kms_connector_read(fd, id, true, c) < 0) {
		fprintf(out, "    connector %u cannot be read\n", id);
		return;
	}
	fprintf(out, "    %s: %s", c->name, c->plugged ? "plugged in" : "nothing plugged in");
	e = &c->edid;
	if (c->plugged && (e->make[0] || e->model[0]))
		fprintf(out, ", \"%s %s\", serial %s", e->make, e->model,
			e->serial[0] ? e->serial : "not told");
	else if (c->plugged)
		fprintf(out, ", no EDID");
	if (e->mm_width && e->mm_height)
		fprintf(out, ", %u x %u mm", e->mm_width, e->mm_height);
	if (c->failing)
		fprintf(out, ", LINK FAILED");
	fputc('\n', out);
	if (c->plugged)
		print_modes(out, fd, c);
}

static const char *plane_type(uint64_t type)
{
	switch (type) {
	case DRM_PLANE_TYPE_PRIMARY:
		return "primary";
	case DRM_PLANE_TYPE_CURSOR:
		return "cursor";
	default:
		return "overlay";
	}
}

static bool is_first_of_its_fourcc(const struct kms_formats *f, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (f->list[j].fourcc == f->list[i].fourcc)
			return false;
	}
	return true;
}

static void print_formats(FILE *out, const struct kms_formats *f)
{
	int column = fprintf(out, INDENT);
	const char *gap = "";

	for (size_t i = 0; i < f->n; i++) {
		char *name =
			is_first_of_its_fourcc(f, i) ? drmGetFormatName(f->list[i].fourcc) : NULL;

		if (!name)
			continue;
		if (column > LINE) {
			column = fprintf(out, "\n" INDENT) - 1;
			gap = "";
		}
		column += fprintf(out, "%s%s", gap, name);
		gap = " ";
		free(name);
	}
	fputc('\n', out);
}

static void print_plane(FILE *out, int fd, const struct kms_plane *p)
{
	drmModePlane *now = drmModeGetPlane(fd, p->id);
	size_t fourccs = kms_formats_fourccs(&p->formats);

	fprintf(out, "    plane %u: %s, for CRTCs 0x%x, ", p->id,
		plane_type(p->props[PLANE_TYPE].value), p->possible_crtcs);
	if (now && now->fb_id)
		fprintf(out, "shows framebuffer %u on CRTC %u, ", now->fb_id, now->crtc_id);
	else
		fprintf(out, "shows nothing, ");
	fprintf(out, "%zu formats", fourccs);
	if (p->props[PLANE_IN_FORMATS].id)
		fprintf(out, ", %zu with their modifiers", p->formats.n);
	fprintf(out, "%s\n", p->props[PLANE_FB_DAMAGE_CLIPS].id ? ", takes damage" : "");
	drmModeFreePlane(now);
	print_formats(out, &p->formats);
}

static void describe_card(FILE *out, const struct kms_card *c)
{
	bool atomic = drmSetClientCap(c->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) == 0 &&
		      drmSetClientCap(c->fd, DRM_CLIENT_CAP_ATOMIC, 1) == 0;
	drmModeRes *all = drmModeGetResources(c->fd);
	struct kms_resources res;
	int r;

	print_card(out, c, atomic);
	for (int i = 0; all && i < all->count_connectors; i++)
		print_connector(out, c->fd, all->connectors[i]);
	if (!all || all->count_connectors == 0)
		fprintf(out, "    no connectors: it renders and shows nothing\n");
	drmModeFreeResources(all);
	r = kms_resources_read(c->fd, &res);
	if (r < 0)
		return;
	for (size_t i = 0; i < res.n_planes; i++)
		print_plane(out, c->fd, &res.planes[i]);
	kms_resources_fini(&res);
}

static int describe_path(FILE *out, const char *path)
{
	struct kms_card *c;
	int r = kms_card_open(path, &c);

	if (r == 0) {
		describe_card(out, c);
		kms_card_unref(c);
	}
	return r;
}

int kms_describe(FILE *out, const char *card)
{
	bool any = false;

	if (card)
		return describe_path(out, card);
	for (int i = 0; i < CARDS_MAX; i++) {
		char path[32];
		int r;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		r = describe_path(out, path);
		if (r < 0 && r != -ENOENT)
			fprintf(out, "%s: %s\n", path, strerror(-r));
		any = any || r == 0;
	}
	return any ? 0 : -ENODEV;
}
