/* runtime:screen, from a real script to real outputs in memory. */
#include "script_fixture.h"

#include "screen/layer.h"
#include "screen/output.h"
#include "screen/png.h"
#include "screen/screen.h"
#include "screen_fixture.h"
#include "view/screen_service.h"

#define HEAD                                                                           \
	"var s = require('runtime:screen'), log = console.log;\n"                      \
	"function fail(e) { log(e.name + ': ' + e.message); }\n"                       \
	"function say(o) { log(o.name, o.state, o.rotation, o.scale, o.width + 'x' + " \
	"o.height, o.reason); }\n"

struct stage {
	struct world *w;
	struct screen *screen;
	struct output *output;
	struct screen_service *service;
};

static struct stage stage;

static void on_added(struct output *o, void *arg)
{
	if (stage.service)
		assert_int_equal(screen_service_add(stage.service, o), 0);
}

static int setup(void **state)
{
	struct screen_options opts = { .added = on_added };

	if (world_setup(state) < 0)
		return -1;
	stage = (struct stage){ .w = *state };
	opts.loop = stage.w->loop;
	if (screen_headless_new(&opts, 640, 400, 1000000, &stage.screen) < 0)
		return -1;
	stage.output = screen_primary(stage.screen);
	/* What it is at the start is no change. */
	loop_pass(stage.w->loop, clock_now());
	return screen_service_new(stage.w->loop, stage.w->router, stage.screen, &stage.service);
}

static int teardown(void **state)
{
	screen_service_free(stage.service);
	screen_free(stage.screen);
	return world_teardown(state);
}

static void run(const char *source)
{
	char text[4096];

	snprintf(text, sizeof(text), HEAD "%s", source);
	world_run(stage.w, text);
	world_spin(stage.w, 60);
}

static void said(const char *wanted)
{
	assert_string_equal(world_said(stage.w), wanted);
}

static void outputs_tell_all_that_there_is_to_tell(void **state)
{
	struct output *other;

	assert_int_equal(screen_output(stage.screen, "headless-2", &other), 0);
	assert_int_equal(screen_headless_plug(stage.screen, "headless-2", false), 0);
	run("s.outputs().then(function (all) {\n"
	    "  all.forEach(say);\n"
	    "  log(Object.keys(all[0]).sort().join());\n"
	    "  log(JSON.stringify(all[0].mode), JSON.stringify(all[0].modes));\n"
	    "  log(all[0].brightness, all[0].frames);\n"
	    "}, fail);");
	said("headless-1 lit 0 1 640x400 |headless-2 absent 0 1 640x400 |"
	     "frames,height,make,mode,model,modes,name,reason,rotation,scale,serial,state,width|"
	     "{\"width\":640,\"height\":400,\"refresh\":1000,\"preferred\":true} "
	     "[{\"width\":640,\"height\":400,\"refresh\":1000,\"preferred\":true}]|undefined 0");
}

/* What a window that fills it has; rounded, the two would differ by one. */
static void a_size_that_is_no_whole_number_is_rounded_up(void **state)
{
	run("s.configure('headless-1', { scale: 1.2, rotation: 90 }).then(say, fail);");
	said("headless-1 lit 90 1.2 334x534 ");
}

static void configure_changes_what_it_is_given_and_says_how_it_is_then(void **state)
{
	run("s.configure('headless-1', { rotation: 90 }).then(function (o) {\n"
	    "  say(o);\n"
	    "  return s.configure('headless-1', { scale: 2 });\n"
	    "}).then(function (o) {\n"
	    "  say(o);\n"
	    "  return s.configure('headless-1', { mode: '800x480@50' });\n"
	    "}).then(function (o) {\n"
	    "  say(o);\n"
	    "  log(o.mode.width, o.mode.refresh);\n"
	    "  return s.configure('headless-1', { off: true });\n"
	    "}).then(function (o) {\n"
	    "  say(o);\n"
	    "  return s.configure('headless-1', { off: false, mode: 'preferred' });\n"
	    "}).then(say).then(undefined, fail);");
	said("headless-1 lit 90 1 400x640 |headless-1 lit 90 2 200x320 |"
	     "headless-1 lit 90 2 240x400 |800 50|"
	     "headless-1 present 90 2 240x400 switched off by configuration|"
	     "headless-1 lit 90 2 200x320 ");
	assert_int_equal(output_rotation(stage.output), ROTATE_90);
}

static void what_cannot_be_is_refused_and_changes_nothing(void **state)
{
	run("[{ rotation: 45 }, { rotation: 360 }, { scale: 0 }, { scale: 4.5 }, { mode: '1x1' },\n"
	    " { mode: '' }].reduce(function (before, settings) {\n"
	    "  return before.then(function () {\n"
	    "    return s.configure('headless-1', settings).then(say, fail);\n"
	    "  });\n"
	    "}, s.configure('HDMI-A-1', {}).then(say, fail)).then(function () {\n"
	    "  return s.configure('headless-1', { turned: 90 }).then(say, fail);\n"
	    "}).then(function () {\n"
	    "  return s.outputs().then(function (all) { all.forEach(say); });\n"
	    "});");
	said("ChannelSend: [7000] there is no output \"HDMI-A-1\"|"
	     "ChannelSend: [7000] a rotation is 0, 90, 180 or 270|"
	     "ChannelSend: [7000] a rotation is 0, 90, 180 or 270|"
	     "ChannelSend: [7000] a scale is 0.5 to 4|ChannelSend: [7000] a scale is 0.5 to 4|"
	     "ChannelSend: [7000] a mode is \"WIDTHxHEIGHT\", \"WIDTHxHEIGHT@HZ\" or \"preferred\"|"
	     "ChannelSend: [7000] a mode is \"WIDTHxHEIGHT\", \"WIDTHxHEIGHT@HZ\" or \"preferred\"|"
	     "TypeError: configure: settings: has no member \"turned\"; there are: mode, "
	     "rotation, scale, off|"
	     "headless-1 lit 0 1 640x400 ");
}

static void sleep_and_wake_are_for_one_or_for_all(void **state)
{
	struct output *other;

	assert_int_equal(screen_output(stage.screen, "headless-2", &other), 0);
	run("s.sleep('headless-2').then(function () {\n"
	    "  return s.outputs();\n"
	    "}).then(function (all) {\n"
	    "  all.forEach(say);\n"
	    "  return s.sleep();\n"
	    "}).then(function () { return s.sleep(); }).then(function () {\n"
	    "  return s.outputs();\n"
	    "}).then(function (all) {\n"
	    "  all.forEach(say);\n"
	    "  return s.wake();\n"
	    "}).then(function () { return s.outputs(); }).then(function (all) {\n"
	    "  all.forEach(say);\n"
	    "  return s.sleep('none');\n"
	    "}).then(undefined, fail);");
	said("headless-1 lit 0 1 640x400 |headless-2 asleep 0 1 640x400 |"
	     "headless-1 asleep 0 1 640x400 |headless-2 asleep 0 1 640x400 |"
	     "headless-1 lit 0 1 640x400 |headless-2 lit 0 1 640x400 |"
	     "ChannelSend: [7000] there is no output \"none\"");
}

static void what_is_not_lit_cannot_sleep(void **state)
{
	assert_int_equal(screen_headless_plug(stage.screen, "headless-1", false), 0);
	run("s.sleep('headless-1').then(log, fail);\n"
	    "s.wake('headless-1').then(log, fail);\n"
	    "s.screenshot('headless-1').then(log, fail);\n"
	    "s.sleep().then(function () { log('none to'); }, fail);");
	said("ChannelRecv: [7001] the output headless-1: it is not lit|"
	     "ChannelRecv: [7001] the output headless-1: it is not lit|"
	     "ChannelRecv: [7001] the output headless-1: nothing is lit on it|none to");
}

static void without_a_backlight_that_is_told(void **state)
{
	run("s.setBrightness('headless-1', 0.5).then(log, fail);\n"
	    "s.setBrightness('headless-1', 2).then(log, fail);\n"
	    "s.setBrightness('x', 1).then(log, fail);");
	said("ChannelRecv: [7001] the output headless-1: it has no backlight|"
	     "ChannelSend: [7000] a brightness is 0 to 1|"
	     "ChannelSend: [7000] there is no output \"x\"");
}

static void a_screenshot_is_a_png_of_what_is_lit(void **state)
{
	struct layer *layer = fill_new(stage.output, NULL, NULL);
	struct buf png = BUF_INIT(1 << 20);
	struct picture lit;
	char wanted[64];
	uint32_t sum = 0;

	run("");
	light_up(stage.w->loop, layer, 0xff204060);
	assert_int_equal(output_read(stage.output, &lit), 0);
	assert_memory_equal(lit.data, "\x60\x40\x20", 3);
	assert_int_equal(png_write_buf(&png, &lit), 0);
	picture_free(&lit);
	for (size_t i = 0; i < buf_len(&png); i++)
		sum = (sum * 31 + buf_bytes(&png)[i]) % 1000003;
	snprintf(wanted, sizeof(wanted), "%zu %u", buf_len(&png), sum);
	buf_fini(&png);
	run("s.screenshot().then(function (png) {\n"
	    "  var sum = 0, i;\n"
	    "  for (i = 0; i < png.length; i++) sum = (sum * 31 + png[i]) % 1000003;\n"
	    "  log(png.length, sum);\n"
	    "}, fail);");
	layer_free(layer);
	said(wanted);
}

static void each_change_is_told_with_how_the_output_is_then(void **state)
{
	struct output *other;

	run("var off = s.onOutput(say), n = 0;\n"
	    "s.onOutput(function (o) { if (++n === 3) off(); });");
	said("");
	assert_int_equal(screen_headless_plug(stage.screen, "headless-1", false), 0);
	world_spin(stage.w, 30);
	said("headless-1 absent 0 1 640x400 ");
	assert_int_equal(screen_headless_plug(stage.screen, "headless-1", true), 0);
	assert_int_equal(output_configure(stage.output,
				 &(struct output_config){ .rotation = ROTATE_180, .scale = 0.5 }),
		0);
	world_spin(stage.w, 30);
	said("headless-1 lit 180 0.5 1280x800 ");
	assert_int_equal(screen_output(stage.screen, "headless-2", &other), 0);
	world_spin(stage.w, 30);
	said("headless-2 lit 0 1 640x400 ");
	assert_int_equal(output_sleep(other), 0);
	world_spin(stage.w, 30);
	said("");
}

static void a_change_that_could_not_be_told_is_told_later_as_it_is_then(void **state)
{
	/* Nobody is there to be told. */
	assert_int_equal(screen_headless_plug(stage.screen, "headless-1", false), 0);
	world_spin(stage.w, 150);
	assert_int_equal(screen_headless_plug(stage.screen, "headless-1", true), 0);
	loop_pass(stage.w->loop, clock_now());
	run("s.onOutput(say);");
	world_spin(stage.w, 150);
	said("headless-1 lit 0 1 640x400 ");
	world_spin(stage.w, 250);
	said("");
}

static void callbacks_are_functions(void **state)
{
	run("try { s.onOutput(1); } catch (e) { fail(e); }\n"
	    "log(Object.keys(s).sort().join());");
	said("TypeError: onOutput: callback: must be a function, is a number|"
	     "configure,onOutput,outputs,screenshot,setBrightness,sleep,wake");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(outputs_tell_all_that_there_is_to_tell),
		TEST(a_size_that_is_no_whole_number_is_rounded_up),
		TEST(configure_changes_what_it_is_given_and_says_how_it_is_then),
		TEST(what_cannot_be_is_refused_and_changes_nothing),
		TEST(sleep_and_wake_are_for_one_or_for_all),
		TEST(what_is_not_lit_cannot_sleep),
		TEST(without_a_backlight_that_is_told),
		TEST(a_screenshot_is_a_png_of_what_is_lit),
		TEST(each_change_is_told_with_how_the_output_is_then),
		TEST(a_change_that_could_not_be_told_is_told_later_as_it_is_then),
		TEST(callbacks_are_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
