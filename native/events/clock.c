/* SPDX-License-Identifier: MIT */
#include "events/clock.h"
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include "a4t.h"

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

/*
 * Returns the namespace's inode; 0 if this kernel has no time namespaces (before 5.6, or without
 * CONFIG_TIME_NS).
 */
static ino_t time_namespace(const char *link)
{
	struct stat status;

	return stat(link, &status) ? 0 : status.st_ino;
}

/*
 * timens_offsets shows the offsets of the time namespace of this process's future children
 * (time_namespaces(7)). They are also ours if this process is in the same namespace. After an unshare(2)
 * without a fork, this process itself is still in its old namespace, unless it calls execve(2), which enters
 * the children's namespace on some kernels. If our own namespace is not that of the children, it is most
 * likely the initial one, whose offset is 0.
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

/* The coarse clock advances once a jiffy, so its resolution is the length of a jiffy. */
uint64_t jiffy_ns(void)
{
	struct timespec resolution;

	clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
	return resolution.tv_sec * 1000000000ULL + resolution.tv_nsec;
}

/*
 * How often to read the clocks. Only the fastest reading is used, because one that is preempted is wrong by
 * the time it spends off the CPU.
 */
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

/* localtime_r() reads TZ or /etc/localtime only at its first call. */
int a4t_utc_offset(int64_t epoch_s)
{
	time_t time = epoch_s;
	struct tm local;

	return localtime_r(&time, &local) ? local.tm_gmtoff : 0;
}
