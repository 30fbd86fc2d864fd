/* SPDX-License-Identifier: MIT */
#include "proc/maps.h"
#include <inttypes.h>
#include <stdlib.h>

/* "7f1c3a000000-7f1c3a028000 r-xp 00001000 fe:00 1234    /usr/lib/libc.so.6" */
static bool parse_mapping(const char *line, struct mapping *mapping)
{
	return sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64, &mapping->start, &mapping->end,
		      &mapping->offset) == 3;
}

bool find_mapping(FILE *maps, uint64_t address, struct mapping *mapping)
{
	bool found = false;
	char *line = NULL;
	size_t room = 0;

	while (!found && getline(&line, &room, maps) >= 0)
		found = parse_mapping(line, mapping) && mapping->start <= address && address < mapping->end;
	free(line);
	return found;
}

bool read_mapping(int32_t tid, uint64_t address, struct mapping *mapping)
{
	char path[32];
	FILE *maps;
	bool found;

	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	maps = fopen(path, "re");
	if (!maps)
		return false;
	found = find_mapping(maps, address, mapping);
	fclose(maps);
	return found;
}
