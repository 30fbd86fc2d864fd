/* SPDX-License-Identifier: MIT */
/*
 * a4t_write(), through which all output goes, seen from a signal handler. The process has one number for the
 * write in progress, so only one thread may write at a time.
 */
#ifndef BASE_WRITE_H
#define BASE_WRITE_H

/* The number of the write in progress, 0 = none. Successive writes differ. Async-signal-safe. */
int write_under_way(void);

#endif
