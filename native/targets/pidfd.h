/* SPDX-License-Identifier: MIT */
/*
 * Identifies processes by pidfds. A pidfd refers to the same process even after this process has ended and
 * its id is reused.
 */
#ifndef TARGETS_PIDFD_H
#define TARGETS_PIDFD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Returns a pidfd of process `tgid`, or a negative errno. Raises RLIMIT_NOFILE to the hard limit if needed.
 * -ESRCH: the process does not exist, or all its threads have ended. -EINVAL: it is the id of a thread.
 */
int open_process(int32_t tgid);

/* Whether `tgid` may still be running; false only if it has certainly ended. */
bool is_alive(int32_t tgid);

#endif
