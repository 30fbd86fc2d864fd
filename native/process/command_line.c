/* SPDX-License-Identifier: MIT */
#include "process/command_line.h"
#include <stdio.h>
#include <stdlib.h>

char *read_command_line(size_t *size)
{
	FILE *file = fopen("/proc/self/cmdline", "re");
	char *text = NULL;
	size_t room = 0;

	*size = 0;
	while (file && !feof(file) && !ferror(file)) {
		char *larger = *size == room ? realloc(text, room += 64 * 1024) : text;

		if (!larger)
			break;
		text = larger;
		*size += fread(text + *size, 1, room - *size, file);
	}
	if (file)
		fclose(file);
	return text;
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
