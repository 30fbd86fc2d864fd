/* SPDX-License-Identifier: MIT */
/*
 * What only tracefs shows. If tracefs is not mounted, a mount of our own is used that is attached nowhere:
 * nobody else sees it, and it ends with its file descriptor (fsmount(), Linux 5.2).
 */
#ifndef LOAD_TRACEPOINT_H
#define LOAD_TRACEPOINT_H

#include <stdbool.h>

/* The id of a tracepoint for perf_event_open(2): positive, or a negative errno. */
int tracepoint_id(const char *category, const char *name);

/* `file`: relative to tracefs. False also if tracefs may not be opened. */
bool tracefs_has(const char *file);

#endif
