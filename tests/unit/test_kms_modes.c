/* The kernel's modes as they are offered. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "screen/kms_modes.h"

/* VESA's and CEA's own figures. */
static const drmModeModeInfo full_hd = { .clock = 148500,
	.hdisplay = 1920,
	.htotal = 2200,
	.vdisplay = 1080,
	.vtotal = 1125,
	.vrefresh = 60,
	.type = DRM_MODE_TYPE_PREFERRED };
static const drmModeModeInfo full_hd_ntsc = { .clock = 148352,
	.hdisplay = 1920,
	.htotal = 2200,
	.vdisplay = 1080,
	.vtotal = 1125,
	.vrefresh = 60 };
static const drmModeModeInfo interlaced = { .clock = 74250,
	.hdisplay = 1920,
	.htotal = 2200,
	.vdisplay = 1080,
	.vtotal = 1125,
	.vrefresh = 60,
	.flags = DRM_MODE_FLAG_INTERLACE };
static const drmModeModeInfo vga = { .clock = 25175,
	.hdisplay = 640,
	.htotal = 800,
	.vdisplay = 480,
	.vtotal = 525,
	.vrefresh = 60 };

static void refresh_rates_are_told_to_the_thousandth(void **state)
{
	struct mode m;

	kms_modes_describe(&full_hd, &m);
	assert_int_equal(m.refresh_mhz, 60000);
	assert_true(m.preferred);
	kms_modes_describe(&full_hd_ntsc, &m);
	assert_int_equal(m.refresh_mhz, 59940);
	assert_false(m.preferred);
	kms_modes_describe(&vga, &m);
	assert_int_equal(m.refresh_mhz, 59940);
	kms_modes_describe(&interlaced, &m);
	assert_int_equal(m.refresh_mhz, 60000);
}

static void a_mode_without_timings_has_the_rounded_rate(void **state)
{
	drmModeModeInfo bare = { .hdisplay = 800, .vdisplay = 480, .vrefresh = 60 };
	struct mode m;

	kms_modes_describe(&bare, &m);
	assert_int_equal(m.width, 800);
	assert_int_equal(m.height, 480);
	assert_int_equal(m.refresh_mhz, 60000);
}

static void what_differs_by_a_thousandth_is_two_modes(void **state)
{
	const drmModeModeInfo from[] = { full_hd, full_hd_ntsc, vga };
	struct mode list[KMS_MODES_MAX];

	assert_int_equal(kms_modes_list(from, 3, list), 3);
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(kms_modes_find(from, 3, &list[i]), &from[i]);
}

static void what_cannot_be_told_apart_is_offered_once(void **state)
{
	drmModeModeInfo from[] = { vga, full_hd, vga };
	struct mode list[KMS_MODES_MAX];

	from[2].type = DRM_MODE_TYPE_PREFERRED;
	assert_int_equal(kms_modes_list(from, 3, list), 2);
	assert_int_equal(list[0].width, 640);
	assert_true(list[0].preferred);
	assert_ptr_equal(kms_modes_find(from, 3, &list[0]), &from[0]);
}

static void interlaced_modes_are_for_want_of_others(void **state)
{
	const drmModeModeInfo both[] = { interlaced, full_hd };
	struct mode list[KMS_MODES_MAX];

	assert_int_equal(kms_modes_list(both, 2, list), 1);
	assert_ptr_equal(kms_modes_find(both, 2, &list[0]), &both[1]);
	assert_int_equal(kms_modes_list(both, 1, list), 1);
	assert_ptr_equal(kms_modes_find(both, 1, &list[0]), &both[0]);
}

static void impossible_sizes_are_not_offered(void **state)
{
	drmModeModeInfo from[] = { full_hd, full_hd, full_hd };
	struct mode list[KMS_MODES_MAX];

	from[0].hdisplay = 0;
	from[1].vdisplay = PICTURE_SIDE_MAX + 1;
	from[2].flags = DRM_MODE_FLAG_3D_FRAME_PACKING;
	assert_int_equal(kms_modes_list(from, 3, list), 0);
	assert_null(kms_modes_find(from, 3, &(struct mode){ 1920, 1080, 60000, true }));
}

static void there_is_an_end_to_the_modes(void **state)
{
	drmModeModeInfo from[KMS_MODES_MAX + 5];
	struct mode list[KMS_MODES_MAX + 1];

	for (size_t i = 0; i < KMS_MODES_MAX + 5; i++) {
		from[i] = vga;
		from[i].hdisplay = (uint16_t)(100 + i);
	}
	memset(&list[KMS_MODES_MAX], 0xa5, sizeof(list[0]));
	assert_int_equal(kms_modes_list(from, KMS_MODES_MAX + 5, list), KMS_MODES_MAX);
	assert_int_equal(list[KMS_MODES_MAX].width, 0xa5a5a5a5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refresh_rates_are_told_to_the_thousandth),
		cmocka_unit_test(a_mode_without_timings_has_the_rounded_rate),
		cmocka_unit_test(what_differs_by_a_thousandth_is_two_modes),
		cmocka_unit_test(what_cannot_be_told_apart_is_offered_once),
		cmocka_unit_test(interlaced_modes_are_for_want_of_others),
		cmocka_unit_test(impossible_sizes_are_not_offered),
		cmocka_unit_test(there_is_an_end_to_the_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
