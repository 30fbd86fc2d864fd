/* SPDX-License-Identifier: MIT */
#include "proc/maps.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * Parses a line such as "7f1c3a000000-7f1c3a028000 r-xp 00001000 fe:00 1234 /usr/lib/libc.so.6". Returns the
 * name, or NULL if this is not a mapping.
 */
static const char *parse_mapping(const char *line, struct mapping *mapping)
{
	int name = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 "%n %*s %*s %n", &mapping->start,
		   &mapping->end, &mapping->offset, &name, &name) != 3)
		return NULL;
	return line + name;
}

static void copy_name(char name[PATH_MAX], const char *text)
{
	size_t len = strcspn(text, "\n");

	snprintf(name, PATH_MAX, "%.*s", len < PATH_MAX ? (int)len : 0, text);
}

bool find_mapping(FILE *maps, uint64_t address, struct mapping *mapping, char name[PATH_MAX])
{
	bool found = false;
	char *line = NULL;
	size_t room = 0;

	while (!found && getline(&line, &room, maps) >= 0) {
		const char *text = parse_mapping(line, mapping);

		found = text && mapping->start <= address && address < mapping->end;
		if (found && name)
			copy_name(name, text);
	}
	free(line);
	return found;
}

bool read_mapping(int32_t tid, uint64_t address, struct mapping *mapping, char name[PATH_MAX])
{
	char path[32];
	FILE *maps;
	bool found;

	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	maps = fopen(path, "re");
	if (!maps)
		return false;
	found = find_mapping(maps, address, mapping, name);
	fclose(maps);
	return found;
}
