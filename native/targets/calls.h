/* SPDX-License-Identifier: MIT */
/*
 * Finds calls in progress by walks over all tasks (bpf/tasks.bpf.h). Only the tracing thread may call these
 * functions, because walks share global variables: `walk_purpose` and the program's buffer. Errors are
 * negative errnos.
 *
 * In the map `calls`, a program normally writes only the entry of the thread that it runs in. Only a walk
 * inserts entries for other threads, with BPF_NOEXIST, and reports calls that their threads have already
 * left.
 */
#ifndef TARGETS_CALLS_H
#define TARGETS_CALLS_H

#include "a4t.h"

/* Call this after adding targets. The next announce_calls() makes one walk for all of them. */
void require_announcement(struct a4t *session);

/*
 * Announces to the programs the calls that new targets are already in, i.e. inserts them into the map
 * `calls`. With A4T_CALL_CLOSED, also announces the listeners that targets hold. Called by a4t_release(),
 * a4t_confine() and a4t_poll().
 */
int announce_calls(struct a4t *session);

/*
 * Together, these two report the calls whose exit the programs have missed. Call mark_skipped_exits() first,
 * which marks the calls that their threads seem to have left. Call report_skipped_exits() once no process is
 * a target any more, because only then are all marked calls certainly over.
 */
void mark_skipped_exits(struct a4t *session);
void report_skipped_exits(struct a4t *session);

#endif
