#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view/path.h"
#include "view/window.h"

static void addresses_become_paths(void **state)
{
	static const struct {
		const char *url, *path;
	} vectors[] = {
		{ "", "index.html" },
		{ "/", "index.html" },
		{ "/a/", "a/index.html" },
		{ "/page.html", "page.html" },
		{ "/page.html?x=../..", "page.html" },
		{ "/page.html#/etc/passwd", "page.html" },
		{ "/?q", "index.html" },
		{ "/a%20b.html", "a b.html" },
		{ "/%C3%BC.html", "\xc3\xbc.html" },
		{ "/a%3Fb.html", "a?b.html" },
		{ "/a%25b", "a%b" },
		{ "/.hidden", ".hidden" },
		{ "/...", "..." },
	};
	char path[PATH_BYTES_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		assert_int_equal(path_decode(vectors[i].url, path), 0);
		assert_string_equal(path, vectors[i].path);
	}
}

static void addresses_that_could_lead_out_are_refused(void **state)
{
	static const char *const vectors[] = {
		"//etc/passwd",
		"/%2Fetc/passwd",
		"/..",
		"/../kiln.json",
		"/a/../../x",
		"/%2e%2e/x",
		"/%2e%2e%2fx",
		"/a/./b",
		"/.",
		"/a//b",
		"/%00",
		"/a%00.html",
		"/%",
		"/%2",
		"/%zz",
		"/%2/x",
	};
	char path[PATH_BYTES_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++)
		assert_int_equal(path_decode(vectors[i], path), -EINVAL);
}

static void a_path_without_end_is_refused(void **state)
{
	char path[PATH_BYTES_MAX], url[4096];

	memset(url, 'a', sizeof(url));
	url[sizeof(url) - 1] = '\0';
	assert_int_equal(path_decode(url, path), -ENAMETOOLONG);
}

static void types_follow_the_extension(void **state)
{
	assert_string_equal(path_mime_type("index.html"), "text/html; charset=utf-8");
	assert_string_equal(path_mime_type("a/b.MJS"), "text/javascript; charset=utf-8");
	assert_string_equal(path_mime_type("a.min.css"), "text/css; charset=utf-8");
	assert_string_equal(path_mime_type("x.svg"), "image/svg+xml");
	assert_string_equal(path_mime_type("x.wasm"), "application/wasm");
	assert_string_equal(path_mime_type("LICENSE"), "application/octet-stream");
	assert_string_equal(path_mime_type("v1.js/LICENSE"), "application/octet-stream");
	assert_string_equal(path_mime_type("x."), "application/octet-stream");
}

static void what_an_app_calls_a_page_becomes_its_address(void **state)
{
	static const struct {
		const char *url, *resolved;
	} vectors[] = {
		{ "", "app://shop/" },
		{ "index.html", "app://shop/index.html" },
		{ "/a/b.html?x#y", "app://shop/a/b.html?x#y" },
		{ "app://index.html", "app://shop/index.html" },
		{ "app://shop", "app://shop/" },
		{ "app://shop/", "app://shop/" },
		{ "app://shop/x.html", "app://shop/x.html" },
		{ "app://shopping/x.html", "app://shop/shopping/x.html" },
		{ "https://example.org/x", "https://example.org/x" },
		{ "about:blank", "about:blank" },
		{ "a/b:c.html", "app://shop/a/b:c.html" },
	};
	char resolved[128];

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		assert_int_equal(
			windows_resolve_url("shop", vectors[i].url, resolved, sizeof(resolved)), 0);
		assert_string_equal(resolved, vectors[i].resolved);
	}
	assert_int_equal(windows_resolve_url("shop", "a b", resolved, sizeof(resolved)), -EINVAL);
	assert_int_equal(windows_resolve_url("shop", "a\nb", resolved, sizeof(resolved)), -EINVAL);
	assert_int_equal(windows_resolve_url("shop", "abc", resolved, 12), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_become_paths),
		cmocka_unit_test(addresses_that_could_lead_out_are_refused),
		cmocka_unit_test(a_path_without_end_is_refused),
		cmocka_unit_test(types_follow_the_extension),
		cmocka_unit_test(what_an_app_calls_a_page_becomes_its_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
