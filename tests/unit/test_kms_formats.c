/* The IN_FORMATS blob, as drivers make it and as one would to harm. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <drm_fourcc.h>
#include <drm_mode.h>

#include "screen/kms_formats.h"

#define TILED I915_FORMAT_MOD_X_TILED

/* Three formats; the first and last go with LINEAR, the second with a tiling. */
struct blob {
	struct drm_format_modifier_blob head;
	uint32_t formats[4]; /* one for alignment */
	struct drm_format_modifier modifiers[2];
};

static struct blob good_blob(void)
{
	return (struct blob){
		.head = {
			.version = FORMAT_BLOB_CURRENT,
			.count_formats = 3,
			.formats_offset = offsetof(struct blob, formats),
			.count_modifiers = 2,
			.modifiers_offset = offsetof(struct blob, modifiers),
		},
		.formats = { DRM_FORMAT_XRGB8888, DRM_FORMAT_ARGB8888, DRM_FORMAT_RGB565 },
		.modifiers = {
			{ .formats = 5, .modifier = DRM_FORMAT_MOD_LINEAR },
			{ .formats = 1, .offset = 1, .modifier = TILED },
		},
	};
}

/* Parses a copy that ends where the memory does, so that ASan sees who reads on. */
static int parse(const struct blob *b, size_t len, struct kms_formats *ret)
{
	void *copy = malloc(len ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, b, len);
	r = kms_formats_parse(copy, len, ret);
	free(copy);
	return r;
}

static void pairs_of_format_and_modifier_are_those_of_the_bits(void **state)
{
	struct blob b = good_blob();
	struct kms_formats f;

	assert_int_equal(parse(&b, sizeof(b), &f), 0);
	assert_int_equal(f.n, 3);
	assert_true(kms_formats_have(&f, DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR));
	assert_true(kms_formats_have(&f, DRM_FORMAT_RGB565, DRM_FORMAT_MOD_LINEAR));
	assert_true(kms_formats_have(&f, DRM_FORMAT_ARGB8888, TILED));
	assert_false(kms_formats_have(&f, DRM_FORMAT_ARGB8888, DRM_FORMAT_MOD_LINEAR));
	assert_false(kms_formats_have(&f, DRM_FORMAT_XRGB8888, TILED));
	assert_int_equal(kms_formats_fourccs(&f), 3);
	kms_formats_fini(&f);
	kms_formats_fini(&f);
}

static void a_blob_cut_anywhere_is_refused(void **state)
{
	struct blob b = good_blob();
	struct kms_formats f;

	for (size_t len = 0; len < sizeof(b); len++)
		assert_int_equal(parse(&b, len, &f), -EBADMSG);
}

static void offsets_and_counts_that_lead_out_are_refused(void **state)
{
	static const uint32_t far[] = { sizeof(struct blob), sizeof(struct blob) + 1, 1u << 30,
		UINT32_MAX - 3, UINT32_MAX };
	struct kms_formats f;
	struct blob b;

	for (size_t i = 0; i < 5; i++) {
		b = good_blob();
		b.head.formats_offset = far[i];
		assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
		b = good_blob();
		b.head.modifiers_offset = far[i];
		assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
		b = good_blob();
		b.head.count_formats = far[i];
		assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
		b = good_blob();
		b.head.count_modifiers = far[i];
		assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
	}
}

static void a_bit_without_a_format_is_refused(void **state)
{
	struct blob b = good_blob();
	struct kms_formats f;

	b.modifiers[0].formats = 1u << 3;
	assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
	b = good_blob();
	b.modifiers[1].offset = UINT32_MAX;
	assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
	b = good_blob();
	b.modifiers[1].formats = 1ull << 63;
	assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
}

static void another_version_is_refused(void **state)
{
	struct blob b = good_blob();
	struct kms_formats f;

	b.head.version = 2;
	assert_int_equal(parse(&b, sizeof(b), &f), -EBADMSG);
}

static void a_blob_without_formats_has_none(void **state)
{
	struct blob b = good_blob();
	struct kms_formats f;

	b.head.count_modifiers = 0;
	assert_int_equal(parse(&b, sizeof(b), &f), 0);
	assert_int_equal(f.n, 0);
	assert_false(kms_formats_have(&f, DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR));
	kms_formats_fini(&f);
}

/* 64 formats with each of 65 modifiers: one pair more than there is room for is 4160. */
static void there_is_an_end_to_the_pairs(void **state)
{
	enum { FORMATS = 64, MODIFIERS = 65 };
	size_t len = sizeof(struct drm_format_modifier_blob) + 4 * FORMATS +
		     MODIFIERS * sizeof(struct drm_format_modifier);
	uint8_t *bytes = calloc(1, len);
	struct drm_format_modifier_blob head = {
		.version = FORMAT_BLOB_CURRENT,
		.count_formats = FORMATS,
		.formats_offset = sizeof(head),
		.count_modifiers = MODIFIERS,
		.modifiers_offset = sizeof(head) + 4 * FORMATS,
	};
	struct kms_formats f;

	assert_non_null(bytes);
	for (size_t i = 0; i < MODIFIERS; i++) {
		struct drm_format_modifier m = { .formats = UINT64_MAX, .modifier = i };

		memcpy(bytes + head.modifiers_offset + i * sizeof(m), &m, sizeof(m));
	}
	memcpy(bytes, &head, sizeof(head));
	assert_int_equal(kms_formats_parse(bytes, len, &f), -E2BIG);
	head.count_modifiers = MODIFIERS - 1;
	memcpy(bytes, &head, sizeof(head));
	assert_int_equal(kms_formats_parse(bytes, len, &f), 0);
	assert_int_equal(f.n, KMS_FORMATS_MAX);
	kms_formats_fini(&f);
	free(bytes);
}

static void a_plain_list_leaves_the_modifier_to_the_driver(void **state)
{
	static const uint32_t list[] = { DRM_FORMAT_XRGB8888, DRM_FORMAT_RGB565 };
	struct kms_formats f;

	assert_int_equal(kms_formats_plain(list, 2, &f), 0);
	assert_int_equal(f.n, 2);
	assert_true(kms_formats_have(&f, DRM_FORMAT_RGB565, DRM_FORMAT_MOD_INVALID));
	assert_false(kms_formats_have(&f, DRM_FORMAT_RGB565, DRM_FORMAT_MOD_LINEAR));
	kms_formats_fini(&f);
}

static void alpha_that_is_not_looked_at_is_left_out(void **state)
{
	assert_int_equal(kms_formats_opaque(DRM_FORMAT_ARGB8888), DRM_FORMAT_XRGB8888);
	assert_int_equal(kms_formats_opaque(DRM_FORMAT_ABGR8888), DRM_FORMAT_XBGR8888);
	assert_int_equal(kms_formats_opaque(DRM_FORMAT_XRGB8888), DRM_FORMAT_XRGB8888);
	assert_int_equal(kms_formats_opaque(DRM_FORMAT_NV12), DRM_FORMAT_NV12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_of_format_and_modifier_are_those_of_the_bits),
		cmocka_unit_test(a_blob_cut_anywhere_is_refused),
		cmocka_unit_test(offsets_and_counts_that_lead_out_are_refused),
		cmocka_unit_test(a_bit_without_a_format_is_refused),
		cmocka_unit_test(another_version_is_refused),
		cmocka_unit_test(a_blob_without_formats_has_none),
		cmocka_unit_test(there_is_an_end_to_the_pairs),
		cmocka_unit_test(a_plain_list_leaves_the_modifier_to_the_driver),
		cmocka_unit_test(alpha_that_is_not_looked_at_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
