/*
 * Runs a fuzz target over every file of the given directories, without
 * libFuzzer, and reports as TAP. A finding ends the program: the plan tells.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/macros.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void list(const char *dir, struct dirent ***ret, int *ret_n)
{
	*ret_n = scandir(dir, ret, visible, alphasort);
	if (*ret_n < 0) {
		perror(dir);
		exit(1);
	}
}

static void list_free(struct dirent **entries, int n)
{
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
}

/* In memory of its exact size, so that a sanitizer sees a read past the end. */
static void run(const char *path)
{
	auto_free uint8_t *data = NULL;
	FILE *f = fopen(path, "rb");
	struct stat st;
	size_t size;

	if (!f || fstat(fileno(f), &st) < 0) {
		perror(path);
		exit(1);
	}
	size = (size_t)st.st_size;
	data = malloc(size);
	if ((size > 0 && !data) || fread(data, 1, size, f) != size) {
		perror(path);
		exit(1);
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int total = 0, done = 0, n;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		list(argv[i], &entries, &n);
		list_free(entries, n);
		total += n;
	}
	printf("1..%d\n", total);
	for (int i = 1; i < argc; i++) {
		list(argv[i], &entries, &n);
		for (int j = 0; j < n; j++) {
			auto_free char *path = NULL;

			if (asprintf(&path, "%s/%s", argv[i], entries[j]->d_name) < 0)
				abort();
			run(path);
			printf("ok %d - %s\n", ++done, path);
		}
		list_free(entries, n);
	}
	return 0;
}
