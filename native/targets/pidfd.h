/* SPDX-License-Identifier: MIT */
/* Processes by pidfd, which stays valid when the process ends and its id is used again. */
#ifndef TARGETS_PIDFD_H
#define TARGETS_PIDFD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Opens process `tgid`, raising RLIMIT_NOFILE to its hard limit if needed. -ESRCH: there is none, or all of
 * its threads have ended. -EINVAL: it is a thread's id.
 */
int open_process(int32_t tgid);

/* False only if `tgid` certainly has ended. */
bool is_alive(int32_t tgid);

#endif
