/* SPDX-License-Identifier: MIT */
#include "stack/bare.h"
#include <stdio.h>
#include <unistd.h>
#include "proc/maps.h"

static char path[PATH_MAX];

static bool find_file(const struct supplier *supplier, int32_t tgid, uint64_t address,
		      struct mapping *mapping)
{
	int fd = supplier->open_maps(tgid);
	FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
	bool found = maps && find_mapping(maps, address, mapping, path);

	if (maps)
		fclose(maps);
	else if (fd >= 0)
		close(fd);
	/* Names in brackets, such as [vdso], are not files. */
	return found && *path == '/';
}

struct a4t_frame describe_without_libdw(const struct supplier *supplier, int32_t tgid, uint64_t address)
{
	struct a4t_frame frame = {
		.address = address,
		.file_offset = address,
		.unread = "no libdw",
	};
	struct mapping mapping;

	if (find_file(supplier, tgid, address, &mapping)) {
		frame.path = path;
		frame.file_offset = address - mapping.start + mapping.offset;
	}
	return frame;
}
