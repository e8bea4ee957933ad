/* libdisplay-info reads them; here its answers are held to what lines and scripts may have. */
#include "screen/edid.h"

#include <errno.h>
#include <string.h>

#include <libdisplay-info/edid.h>
#include <libdisplay-info/info.h>

/* Frees @from. Spaces at both ends go: descriptors are filled up with them. */
static void take_text(char *from, char to[EDID_NAME_MAX])
{
	const char *start = from ? from : "";
	size_t n = 0;

	start += strspn(start, " ");
	for (; start[n] && n < EDID_NAME_MAX - 1; n++)
		to[n] = start[n] >= ' ' && start[n] <= '~' ? start[n] : '?';
	while (n > 0 && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
	free(from);
}

/* The first detailed timing tells millimetres; the base block only centimetres. */
static void read_size(const struct di_edid *e, struct edid *ret)
{
	const struct di_edid_detailed_timing_def *const *timings =
		di_edid_get_detailed_timing_defs(e);
	const struct di_edid_screen_size *size = di_edid_get_screen_size(e);

	if (timings && timings[0] && timings[0]->horiz_image_mm > 0 &&
		timings[0]->vert_image_mm > 0) {
		ret->mm_width = (uint32_t)timings[0]->horiz_image_mm;
		ret->mm_height = (uint32_t)timings[0]->vert_image_mm;
	} else if (size && size->width_cm > 0 && size->height_cm > 0) {
		ret->mm_width = 10 * (uint32_t)size->width_cm;
		ret->mm_height = 10 * (uint32_t)size->height_cm;
	}
}

int edid_parse(const void *data, size_t len, struct edid *ret)
{
	struct di_info *info;

	*ret = (struct edid){ .mm_width = 0 };
	if (len == 0 || len > EDID_SIZE_MAX)
		return -EBADMSG;
	errno = 0;
	info = di_info_parse_edid(data, len);
	if (!info)
		return errno == ENOMEM ? -ENOMEM : -EBADMSG;
	take_text(di_info_get_make(info), ret->make);
	take_text(di_info_get_model(info), ret->model);
	take_text(di_info_get_serial(info), ret->serial);
	if (di_info_get_edid(info))
		read_size(di_info_get_edid(info), ret);
	di_info_destroy(info);
	return 0;
}
