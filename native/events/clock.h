/* SPDX-License-Identifier: MIT */
/* Clocks, in nanoseconds. Thread-safe; monotonic_ns() is also async-signal-safe. */
#ifndef EVENTS_CLOCK_H
#define EVENTS_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in the time namespace of this process. */
uint64_t monotonic_ns(void);

/*
 * monotonic_ns() minus bpf_ktime_get_ns(), which ignores time namespaces (timens_offsets in
 * kernel/time/namespace.c).
 */
int64_t clock_offset_ns(void);

/* The length of the kernel's jiffies, 1/CONFIG_HZ seconds. */
uint64_t jiffy_ns(void);

#endif
