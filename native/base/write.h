/* SPDX-License-Identifier: MIT */
/* Lets a signal handler observe a4t_write(), which writes all output and is thread-safe. */
#ifndef BASE_WRITE_H
#define BASE_WRITE_H

/*
 * Returns the serial number of the write that began last if any write is in progress, else 0. Successive
 * writes have different numbers. Async-signal-safe.
 */
int write_under_way(void);

#endif
