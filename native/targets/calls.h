/* SPDX-License-Identifier: MIT */
/*
 * Calls in progress, found by walks over all tasks (bpf/tasks.bpf.h). The tracing thread calls these, one
 * walk at a time: `walk_purpose` and the program's buffer are global. Errors are negative errnos.
 *
 * Threads write their own entries in the map `calls`. Only a walk inserts entries for other threads, with
 * BPF_NOEXIST, and reports calls of threads that are in no call any more.
 */
#ifndef TARGETS_CALLS_H
#define TARGETS_CALLS_H

#include "a4t.h"

/* After targets were added: the next announce_calls() walks once for all of them. */
void require_announcement(struct a4t *session);

/* Announces the calls that new targets are in. Called by a4t_release(), a4t_confine() and a4t_poll(). */
int announce_calls(struct a4t *session);

/*
 * Reports the calls whose exit the kernel has skipped, if it has skipped any. mark_skipped_exits() comes
 * first, report_skipped_exits() once no process is a target, so that no marked call can be in progress.
 */
void mark_skipped_exits(struct a4t *session);
void report_skipped_exits(struct a4t *session);

#endif
