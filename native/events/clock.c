/* SPDX-License-Identifier: MIT */
/* The kernel's clocks against each other. */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include "session.h"

static int64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

uint64_t monotonic_ns(void)
{
	return now(CLOCK_MONOTONIC);
}

/* Its inode; 0: this kernel has none. */
static ino_t time_namespace(const char *link)
{
	struct stat status;

	return stat(link, &status) ? 0 : status.st_ino;
}

/*
 * The file has the offsets of the children's namespace (time_namespaces(7)), which is another one
 * after an unshare(2) without a fork, where this kernel's execve(2) does not enter it either: ours
 * is then most likely the initial one.
 */
int64_t clock_offset_ns(void)
{
	long long seconds, ns;
	int64_t offset = 0;
	FILE *offsets;

	if (time_namespace("/proc/self/ns/time") != time_namespace("/proc/self/ns/time_for_children"))
		return 0;
	offsets = fopen("/proc/self/timens_offsets", "re");
	if (!offsets)
		return 0;
	if (fscanf(offsets, "monotonic %lld %lld", &seconds, &ns) == 2)
		offset = seconds * 1000000000LL + ns;
	fclose(offsets);
	return offset;
}

/* Others may run in the middle of a reading, so the quickest of some counts. */
#define READINGS 4

int64_t a4t_epoch_offset(void)
{
	int64_t quickest = INT64_MAX, offset = 0;

	for (int i = 0; i < READINGS; i++) {
		int64_t before = now(CLOCK_MONOTONIC), realtime = now(CLOCK_REALTIME);
		int64_t took = now(CLOCK_MONOTONIC) - before;

		if (took < quickest) {
			quickest = took;
			offset = realtime - (before + took / 2);
		}
	}
	return offset;
}
