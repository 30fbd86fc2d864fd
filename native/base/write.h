/* SPDX-License-Identifier: MIT */
/*
 * Lets a signal handler observe a4t_write(), which writes all output. The process has a single number for the
 * write in progress, so only one thread may write at a time.
 */
#ifndef BASE_WRITE_H
#define BASE_WRITE_H

/*
 * The number of the write in progress, 0 = none. Successive writes have different numbers. Async-signal-safe.
 */
int write_under_way(void);

#endif
