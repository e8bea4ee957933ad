#include "site.h"

#include <libsoup/soup.h>
#include <regex.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define WWW "tests/e2e/www"

struct site {
	GThread *thread;
	GMainContext *context;
	GMainLoop *loop;
	SoupServer *servers[2];
	unsigned ports[2];
	GMutex lock; /* of reports */
	GPtrArray *reports;
};

/* Consumes @text. */
static char *fill_in(const struct site *s, char *text)
{
	GString *filled = g_string_new(text);

	for (unsigned i = 0; i < 2; i++) {
		char name[] = { 'P', 'O', 'R', 'T', '_', (char)('A' + i), '\0' }, port[8];

		g_snprintf(port, sizeof(port), "%u", s->ports[i]);
		g_string_replace(filled, name, port, 0);
	}
	g_free(text);
	return g_string_free_and_steal(filled);
}

static const char *type_of(const char *path)
{
	return g_str_has_suffix(path, ".js") ? "text/javascript" : "text/html; charset=utf-8";
}

static void serve_file(struct site *s, SoupServerMessage *message, const char *path)
{
	g_autofree char *name = g_strconcat(WWW, path, NULL);
	char *text;

	if (strstr(path, "..") || !g_file_get_contents(name, &text, NULL, NULL)) {
		soup_server_message_set_status(message, 404, NULL);
		return;
	}
	text = fill_in(s, text);
	soup_server_message_set_status(message, 200, NULL);
	soup_server_message_set_response(
		message, type_of(path), SOUP_MEMORY_TAKE, text, strlen(text));
}

static gboolean on_delayed(gpointer message)
{
	soup_server_message_unpause(message);
	g_object_unref(message);
	return G_SOURCE_REMOVE;
}

static void delay(struct site *s, SoupServerMessage *message, unsigned ms)
{
	GSource *source = g_timeout_source_new(ms);

	soup_server_message_pause(message);
	g_source_set_callback(source, on_delayed, g_object_ref(message), NULL);
	g_source_attach(source, s->context);
	g_source_unref(source);
}

static void report(struct site *s, SoupServerMessage *message)
{
	const char *text = g_uri_get_query(soup_server_message_get_uri(message));

	g_mutex_lock(&s->lock);
	g_ptr_array_add(s->reports, g_uri_unescape_string(text ? text : "", NULL));
	if (getenv("KILN_TEST_VERBOSE"))
		print_message("report: %s\n", (char *)s->reports->pdata[s->reports->len - 1]);
	g_mutex_unlock(&s->lock);
	soup_server_message_set_status(message, 204, NULL);
}

static void on_request(SoupServer *server, SoupServerMessage *message, const char *path,
	GHashTable *query, gpointer arg)
{
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
	const char *to = query ? g_hash_table_lookup(query, "to") : NULL;
	const char *csp = query ? g_hash_table_lookup(query, "csp") : NULL;
	const char *status = query ? g_hash_table_lookup(query, "status") : NULL;
	const char *ms = query ? g_hash_table_lookup(query, "delay") : NULL;
	struct site *s = arg;

	soup_message_headers_append(headers, "Cache-Control", "no-store");
	if (csp)
		soup_message_headers_append(headers, "Content-Security-Policy", csp);
	if (to)
		soup_message_headers_append(headers, "Location", to);
	if (strcmp(path, "/report") == 0)
		report(s, message);
	else if (to && status)
		soup_server_message_set_status(message, (guint)atoi(status), NULL);
	else
		serve_file(s, message, path);
	if (ms)
		delay(s, message, (unsigned)atoi(ms));
}

/* The server lives in the context of the thread that made it. */
static gpointer run(gpointer arg)
{
	struct site *s = arg;

	g_main_context_push_thread_default(s->context);
	for (unsigned i = 0; i < 2; i++) {
		GSList *uris;

		s->servers[i] = soup_server_new(NULL, NULL);
		soup_server_add_handler(s->servers[i], NULL, on_request, s, NULL);
		if (!soup_server_listen_local(s->servers[i], 0, 0, NULL))
			break;
		uris = soup_server_get_uris(s->servers[i]);
		__atomic_store_n(
			&s->ports[i], (unsigned)g_uri_get_port(uris->data), __ATOMIC_RELEASE);
		g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	}
	g_main_loop_run(s->loop);
	for (unsigned i = 0; i < 2; i++)
		g_object_unref(s->servers[i]);
	g_main_context_pop_thread_default(s->context);
	return NULL;
}

struct site *site_start(void)
{
	struct site *s = g_new0(struct site, 1);
	double deadline = now_seconds() + 10;

	g_mutex_init(&s->lock);
	s->reports = g_ptr_array_new_with_free_func(g_free);
	s->context = g_main_context_new();
	s->loop = g_main_loop_new(s->context, FALSE);
	s->thread = g_thread_new("site", run, s);
	while (!__atomic_load_n(&s->ports[1], __ATOMIC_ACQUIRE)) {
		assert_true(now_seconds() < deadline);
		usleep(1000);
	}
	return s;
}

void site_stop(struct site *s)
{
	g_main_loop_quit(s->loop);
	g_thread_join(s->thread);
	g_main_loop_unref(s->loop);
	g_main_context_unref(s->context);
	g_ptr_array_unref(s->reports);
	g_mutex_clear(&s->lock);
	g_free(s);
}

static void copy_folder(const struct site *s, const char *from, const char *to)
{
	g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
	const char *name;

	assert_non_null(dir);
	assert_int_equal(g_mkdir_with_parents(to, 0755), 0);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *source = g_build_filename(from, name, NULL);
		g_autofree char *target = g_build_filename(to, name, NULL);
		char *text;

		if (g_file_test(source, G_FILE_TEST_IS_DIR)) {
			copy_folder(s, source, target);
			continue;
		}
		assert_true(g_file_get_contents(source, &text, NULL, NULL));
		text = fill_in(s, text);
		assert_true(g_file_set_contents(target, text, -1, NULL));
		g_free(text);
	}
}

static void remove_folder(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *each = g_build_filename(path, name, NULL);

		if (g_file_test(each, G_FILE_TEST_IS_DIR))
			remove_folder(each);
		else
			unlink(each);
	}
	rmdir(path);
}

void site_make_app(const struct site *s, const char *from, const char *to)
{
	remove_folder(to);
	copy_folder(s, from, to);
}

void site_copy_www(const struct site *s, const char *to)
{
	copy_folder(s, WWW, to);
}

unsigned site_count(struct site *s, const char *regex)
{
	unsigned n = 0;
	regex_t re;

	assert_int_equal(regcomp(&re, regex, REG_EXTENDED | REG_NOSUB), 0);
	g_mutex_lock(&s->lock);
	for (guint i = 0; i < s->reports->len; i++)
		n += regexec(&re, s->reports->pdata[i], 0, NULL, 0) == 0;
	g_mutex_unlock(&s->lock);
	regfree(&re);
	return n;
}

void site_expect(struct site *s, double seconds, const char *regex)
{
	double deadline = now_seconds() + seconds;

	while (site_count(s, regex) == 0) {
		if (now_seconds() > deadline) {
			print_error("no report matches /%s/; there are:\n", regex);
			for (guint i = 0; i < s->reports->len; i++)
				print_error("%s\n", (const char *)s->reports->pdata[i]);
			fail();
		}
		usleep(10000);
	}
}
