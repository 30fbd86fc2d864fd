/* SPDX-License-Identifier: MIT */
/* The kernel's two clocks against each other. */
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
