/* SPDX-License-Identifier: MIT */
#ifndef PROC_LIVING_H
#define PROC_LIVING_H

#include <stdint.h>

/*
 * Returns the id under which /proc shows the open and mapped files of process `tgid`. This is `tgid` unless
 * the main thread has called pthread_exit(). In that case, /proc/TGID/{exe,fd,maps,net,ns,root} are empty,
 * and the result is the id of a living thread. Also returns `tgid` if no thread is left, and for a kernel
 * thread. Thread-safe.
 */
int32_t living_thread(int32_t tgid);

#endif
