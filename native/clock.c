/* SPDX-License-Identifier: MIT */
/* The kernel's two clocks against each other. */
#include <time.h>
#include "a4t.h"

static int64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int64_t a4t_epoch_offset(void)
{
	int64_t before = now(CLOCK_MONOTONIC), realtime = now(CLOCK_REALTIME), after = now(CLOCK_MONOTONIC);

	return realtime - (before + (after - before) / 2);
}
