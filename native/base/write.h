/* SPDX-License-Identifier: MIT */
/*
 * Lets a signal handler observe a4t_write(), which writes all output. Any thread may write.
 */
#ifndef BASE_WRITE_H
#define BASE_WRITE_H

/*
 * The number of the write that began last, if any write is in progress, else 0. Successive writes have
 * different numbers. Async-signal-safe.
 */
int write_under_way(void);

#endif
