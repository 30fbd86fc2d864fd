/* SPDX-License-Identifier: MIT */
/*
 * Reads tracefs. If tracefs is not mounted, uses a detached mount, which nobody else sees and which ends with
 * its file descriptor (fsmount(), Linux 5.2).
 */
#ifndef LOAD_TRACEPOINT_H
#define LOAD_TRACEPOINT_H

/* Returns the id of a tracepoint for perf_event_open(2), or a negative errno. */
int tracepoint_id(const char *category, const char *name);

/*
 * Returns 0 if tracefs has the relative path `file`, else a negative errno. -EACCES means that tracefs is
 * unreadable.
 */
int find_in_tracefs(const char *file);

#endif
