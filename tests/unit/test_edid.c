/* What screens say of themselves: a panel's own words, broken ones, and lies. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "screen/edid.h"

#define BLOCK 128
#define SERIAL_TEXT 77
#define NAME_TEXT 95
#define TEXT_LEN 13

/* Of a 20 inch panel from 2004, its serial number replaced. */
static const uint8_t panel[BLOCK] = {
	0x00,
	0xff,
	0xff,
	0xff,
	0xff,
	0xff,
	0xff,
	0x00,
	0x10,
	0xac,
	0x08,
	0xa0,
	0x4c,
	0x4a,
	0x56,
	0x32,
	0x27,
	0x0e,
	0x01,
	0x03,
	0x80,
	0x29,
	0x1f,
	0x78,
	0xee,
	0x63,
	0x90,
	0xa3,
	0x57,
	0x4b,
	0x9b,
	0x25,
	0x11,
	0x50,
	0x54,
	0xa5,
	0x4b,
	0x00,
	0x81,
	0x80,
	0xa9,
	0x40,
	0x71,
	0x4f,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x01,
	0x48,
	0x3f,
	0x40,
	0x30,
	0x62,
	0xb0,
	0x32,
	0x40,
	0x40,
	0xc0,
	0x13,
	0x00,
	0x6f,
	0x13,
	0x11,
	0x00,
	0x00,
	0x1e,
	0x00,
	0x00,
	0x00,
	0xff,
	0x00,
	'K',
	'I',
	'L',
	'N',
	'-',
	'0',
	'0',
	'0',
	'0',
	'4',
	'2',
	0x0a,
	0x20,
	0x00,
	0x00,
	0x00,
	0xfc,
	0x00,
	'D',
	'E',
	'L',
	'L',
	' ',
	'2',
	'0',
	'0',
	'1',
	'F',
	'P',
	0x0a,
	0x20,
	0x00,
	0x00,
	0x00,
	0xfd,
	0x00,
	0x38,
	0x4c,
	0x1f,
	0x50,
	0x10,
	0x00,
	0x0a,
	0x20,
	0x20,
	0x20,
	0x20,
	0x20,
	0x20,
	0x00,
	0x00,
};

static void sum_up(uint8_t block[BLOCK])
{
	uint8_t sum = 0;

	for (size_t i = 0; i < BLOCK - 1; i++)
		sum = (uint8_t)(sum + block[i]);
	block[BLOCK - 1] = (uint8_t)-sum;
}

/* A panel with its checksum, in memory that ends where it does. To be freed. */
static uint8_t *make(size_t len)
{
	uint8_t *bytes = calloc(1, len ? len : 1), block[BLOCK];

	assert_non_null(bytes);
	memcpy(block, panel, BLOCK);
	sum_up(block);
	memcpy(bytes, block, len < BLOCK ? len : BLOCK);
	return bytes;
}

static void assert_is_printable(const char *s)
{
	assert_true(memchr(s, '\0', EDID_NAME_MAX) != NULL);
	for (; *s; s++)
		assert_true(*s >= ' ' && *s <= '~');
}

static void assert_is_sane(const struct edid *e)
{
	assert_is_printable(e->make);
	assert_is_printable(e->model);
	assert_is_printable(e->serial);
	assert_true(e->mm_width < 100000 && e->mm_height < 100000);
}

static void a_panel_says_who_made_it_and_how_large_it_is(void **state)
{
	uint8_t *bytes = make(BLOCK);
	struct edid e;

	assert_int_equal(edid_parse(bytes, BLOCK, &e), 0);
	assert_string_equal(e.make, "Dell Inc.");
	assert_string_equal(e.model, "DELL 2001FP");
	assert_string_equal(e.serial, "KILN-000042");
	assert_int_equal(e.mm_width, 367);
	assert_int_equal(e.mm_height, 275);
	free(bytes);
}

static void without_millimetres_the_centimetres_count(void **state)
{
	uint8_t *bytes = make(BLOCK);
	struct edid e;

	bytes[66] = bytes[67] = bytes[68] = 0;
	sum_up(bytes);
	assert_int_equal(edid_parse(bytes, BLOCK, &e), 0);
	assert_int_equal(e.mm_width, 410);
	assert_int_equal(e.mm_height, 310);
	free(bytes);
}

static void one_that_is_cut_off_says_nothing(void **state)
{
	for (size_t len = 0; len < BLOCK; len++) {
		uint8_t *bytes = make(len);
		struct edid e;

		assert_int_equal(edid_parse(bytes, len, &e), -EBADMSG);
		assert_string_equal(e.model, "");
		assert_int_equal(e.mm_width, 0);
		free(bytes);
	}
}

static void extensions_that_are_announced_and_missing_do_no_harm(void **state)
{
	uint8_t *bytes = make(BLOCK);
	struct edid e;
	int r;

	bytes[126] = 255;
	sum_up(bytes);
	r = edid_parse(bytes, BLOCK, &e);
	assert_true(r == 0 || r == -EBADMSG);
	assert_is_sane(&e);
	free(bytes);
}

static void one_that_is_too_large_is_none(void **state)
{
	uint8_t *bytes = make(EDID_SIZE_MAX + BLOCK);
	struct edid e;

	assert_int_equal(edid_parse(bytes, EDID_SIZE_MAX + BLOCK, &e), -EBADMSG);
	free(bytes);
}

static void a_name_cannot_make_a_second_line(void **state)
{
	static const char name[TEXT_LEN + 1] = "x\x1b[2J\r\nroot:";
	uint8_t *bytes = make(BLOCK);
	struct edid e;

	memcpy(bytes + NAME_TEXT, name, TEXT_LEN);
	memset(bytes + SERIAL_TEXT, 0xff, TEXT_LEN);
	sum_up(bytes);
	assert_int_equal(edid_parse(bytes, BLOCK, &e), 0);
	assert_is_sane(&e);
	assert_true(e.model[0] == 'x');
	free(bytes);
}

/* Single bits first, which keep most of it readable; then bytes anywhere, with extensions. */
static void broken_ones_do_no_harm(void **state)
{
	enum { LEN = 3 * BLOCK };
	uint32_t seed = 3;

	for (unsigned round = 0; round < 20000; round++) {
		uint8_t *bytes = make(LEN);
		struct edid e;

		bytes[126] = 2;
		bytes[BLOCK] = round % 2 ? 0x02 : 0x70; /* CTA-861 or DisplayID */
		bytes[2 * BLOCK] = 0x02;
		for (unsigned i = 0; i < 1 + round % 60; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[8 + (seed >> 8) % (LEN - 8)] ^= (uint8_t)(seed >> 24);
		}
		for (size_t b = 0; b < LEN; b += BLOCK)
			sum_up(bytes + b);
		if (edid_parse(bytes, LEN, &e) < 0)
			assert_string_equal(e.make, "");
		assert_is_sane(&e);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_panel_says_who_made_it_and_how_large_it_is),
		cmocka_unit_test(without_millimetres_the_centimetres_count),
		cmocka_unit_test(one_that_is_cut_off_says_nothing),
		cmocka_unit_test(extensions_that_are_announced_and_missing_do_no_harm),
		cmocka_unit_test(one_that_is_too_large_is_none),
		cmocka_unit_test(a_name_cannot_make_a_second_line),
		cmocka_unit_test(broken_ones_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
