/* SPDX-License-Identifier: MIT */
/*
 * Reads tracefs. If tracefs is not mounted, uses a detached mount, which nobody else sees and which ends with
 * its file descriptor (fsmount(), Linux 5.2).
 */
#ifndef LOAD_TRACEPOINT_H
#define LOAD_TRACEPOINT_H

#include <stdbool.h>

/* Returns the id of a tracepoint for perf_event_open(2), or a negative errno. */
int tracepoint_id(const char *category, const char *name);

/* Whether tracefs has `file`, a relative path. Also false if tracefs cannot be opened. */
bool tracefs_has(const char *file);

#endif
