#include "app/kind.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "app/manifest.h"

static bool has(int app_fd, const char *name)
{
	return faccessat(app_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool is_script(const char *path)
{
	size_t len = strlen(path);

	return len > 3 && strcmp(path + len - 3, ".js") == 0;
}

enum app_kind app_kind(const char *app)
{
	auto_fd int fd = open(app, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct manifest *m = NULL;
	struct reader_error error;
	enum app_kind kind = APP_PLAIN;

	if (fd < 0)
		return APP_PLAIN;
	if (has(fd, BUILD_NAME))
		return APP_BUILT;
	if (has(fd, "package.json") || has(fd, "tsconfig.json"))
		return APP_SOURCE;
	if (manifest_load(fd, &m, &error) == 0 && !is_script(m->main))
		kind = APP_SOURCE;
	manifest_free(m);
	return kind;
}
