/* SPDX-License-Identifier: MIT */
/*
 * With A4T_PROBE_FENTRY, calls that were blocked when the hooks were attached only pass the exit tracepoints
 * of accept4 and accept. These tracepoints are detached once the last such call of a target has returned,
 * because while they are attached, every system call of every process takes a slower path.
 */
#ifndef LOAD_UNFINISHED_H
#define LOAD_UNFINISHED_H

struct a4t;

/*
 * Detaches the tracepoints if no call needs them any more. Call this on the tracing thread, after
 * announce_calls(). Does not wait for the kernel, which takes some tenths of a second.
 */
void detach_unneeded_exits(struct a4t *session);

#endif
