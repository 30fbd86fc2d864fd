/* SPDX-License-Identifier: MIT */
/*
 * With A4T_PROBE_FENTRY, programs on a kernel function replace those on the tracepoints of accept4 and
 * accept. A call that was already blocked when the programs were attached does not run them, but only passes
 * the exit tracepoint. So a program is attached to the exit tracepoints as well. It is detached once the last
 * such call of a target has returned, because until then, every system call of every process takes a slower
 * path.
 */
#ifndef LOAD_UNFINISHED_H
#define LOAD_UNFINISHED_H

struct a4t;

/*
 * Detaches the tracepoints if no call needs them any more. Call this on the tracing thread, after
 * announce_calls(). Does not wait until the kernel has detached them, which takes some tenths of a second.
 */
void detach_unneeded_exits(struct a4t *session);

#endif
