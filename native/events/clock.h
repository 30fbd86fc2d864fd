/* SPDX-License-Identifier: MIT */
/* Clocks, in nanoseconds. Any thread; monotonic_ns() is async-signal-safe. */
#ifndef EVENTS_CLOCK_H
#define EVENTS_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC of this process, which is that of its time namespace. */
uint64_t monotonic_ns(void);

/*
 * By how much monotonic_ns() is ahead of bpf_ktime_get_ns(), which knows no time namespaces
 * (timens_offsets in kernel/time/namespace.c).
 */
int64_t clock_offset_ns(void);

#endif
