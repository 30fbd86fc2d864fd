/* SPDX-License-Identifier: MIT */
#include "process/command_line.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int read_all(FILE *file, char **text, size_t *size)
{
	size_t room = 0;

	while (!feof(file) && !ferror(file)) {
		char *larger = *size == room ? realloc(*text, room += 64 * 1024) : *text;

		if (!larger)
			return -ENOMEM;
		*text = larger;
		*size += fread(*text + *size, 1, room - *size, file);
	}
	return ferror(file) ? -errno : 0;
}

int read_command_line(char **text, size_t *size)
{
	FILE *file = fopen("/proc/self/cmdline", "re");
	int err;

	*text = NULL;
	*size = 0;
	if (!file)
		return -errno;
	err = read_all(file, text, size);
	fclose(file);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

char **last_words(char *text, size_t size, int words)
{
	char **argv = calloc(words + 1, sizeof(*argv));
	char *at = text + size;

	for (int i = words - 1; argv && i >= 0; i--) {
		at--;
		while (at > text && at[-1])
			at--;
		argv[i] = at;
	}
	return argv;
}
