/* SPDX-License-Identifier: MIT */
/* Finds mapped files in the mount namespace of the process, even if they have been deleted. */
#include "helper/supply.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include "proc/below_root.h"
#include "proc/living.h"
#include "proc/maps.h"
#include "proc/regular.h"

/* Limited, because the unwinder copies the parts that it needs into memory. */
#define MAX_BYTES (1ULL << 30)

int open_maps(int32_t tgid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", living_thread(tgid));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Uses the entry in map_files, which leads to the file even if it has been deleted or replaced. */
static int find_by_mapping(int32_t tid, const struct mapping *mapping)
{
	char path[96];
	int found;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, tid, mapping->start,
		 mapping->end);
	found = open(path, O_PATH | O_CLOEXEC);
	return found < 0 ? -errno : found;
}

int find_mapped_file(int32_t tid, uint64_t start, char type[FILE_SYSTEM_BYTES])
{
	char name[PATH_MAX];
	struct mapping mapping;
	int found;

	*type = '\0';
	if (!read_mapping(tid, start, &mapping, name))
		return -ENOENT;
	found = find_by_mapping(tid, &mapping);
	/*
	 * EPERM: CAP_CHECKPOINT_RESTORE is missing, so only the name is left. After other errors, do not use
	 * the name: the process may have unmapped the file, and put another file there.
	 */
	if (found == -EPERM && *name == '/')
		found = find_below_root(tid, name, type);
	return found;
}

int open_mapped_file(int32_t tgid, uint64_t start, char unread[FILE_SYSTEM_BYTES])
{
	int32_t tid = living_thread(tgid);
	int found = find_mapped_file(tid, start, unread), fd;

	if (found < 0)
		return found;
	fd = open_regular(found, tid, MAX_BYTES, unread);
	close(found);
	if (fd == -EFBIG)
		snprintf(unread, FILE_SYSTEM_BYTES, "too large");
	return fd;
}
