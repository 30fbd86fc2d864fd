/* SPDX-License-Identifier: MIT */
/*
 * Losses that the programs count in the map `losses`, and program runs that the kernel skipped. Only the
 * programs write the map. The tracing thread calls these, also after a4t_confine().
 *
 * The kernel skips a run of a program if another program is active on the same CPU (see trace_call_bpf() in
 * kernel/trace/bpf_trace.c, and bpf_prog.active for raw tracepoints). It counts skipped runs in
 * bpf_prog_info.recursion_misses.
 */
#ifndef EVENTS_LOSSES_H
#define EVENTS_LOSSES_H

#include <stdbool.h>
#include "a4t.h"

/*
 * Whether calls may have ended unseen, because the kernel skipped the exit program. Always true with
 * A4T_PROBE_FENTRY: when another tool attaches to __sys_accept4() or detaches from it, the kernel skips the
 * exit program for the calls that are in this function at that moment.
 */
bool has_skipped_exits(const struct a4t *session);

/* Whether threads may have ended unseen, because the kernel skipped the program at a thread's end. */
bool has_skipped_ends(const struct a4t *session);

#endif
