/* SPDX-License-Identifier: MIT */
/*
 * Replays the corpus of a fuzzer without libFuzzer, so that any compiler suffices. Usage: replay FOLDER. A
 * failed check aborts the program. A skipped input counts as failed if A4T_REQUIRE_LIVE=1.
 */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include "fuzz.h"

/* Returns false if the input was skipped. */
static bool replay(const char *path)
{
	struct stat status;
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	int result;

	REQUIRE(file && fstat(fileno(file), &status) == 0);
	/* Allocate the exact size, so that the address sanitizer detects accesses beyond the end. */
	data = malloc(status.st_size ? status.st_size : 1);
	REQUIRE(fread(data, 1, status.st_size, file) == (size_t)status.st_size);
	fclose(file);
	result = LLVMFuzzerTestOneInput(data, status.st_size);
	free(data);
	return result == 0;
}

int main(int argc, char **argv)
{
	struct dirent **files;
	char path[PATH_MAX];
	int replayed = 0, skipped = 0, count;
	const char *required = getenv("A4T_REQUIRE_LIVE");

	REQUIRE(argc == 2);
	setvbuf(stdout, NULL, _IOLBF, 0);
	count = scandir(argv[1], &files, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (*files[i]->d_name != '.') {
			snprintf(path, sizeof(path), "%s/%s", argv[1], files[i]->d_name);
			printf("%s\n", path);
			replayed++;
			skipped += !replay(path);
		}
		free(files[i]);
	}
	REQUIRE(replayed > 0);
	free(files);
	printf("%d passed, 0 failed, %d skipped\n", replayed - skipped, skipped);
	return skipped && required && !strcmp(required, "1") ? EXIT_FAILURE : EXIT_SUCCESS;
}
