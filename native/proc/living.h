/* SPDX-License-Identifier: MIT */
#ifndef PROC_LIVING_H
#define PROC_LIVING_H

#include <stdint.h>

/*
 * Returns the id under which /proc shows the open and mapped files of process `tgid`. That is `tgid`, unless
 * the main thread has ended by pthread_exit(): /proc/TGID/{exe,fd,maps,net,ns,root} are empty then, and the
 * result is the id of a living thread. Returns `tgid` if no thread is left, and for a kernel thread. Any
 * thread.
 */
int32_t living_thread(int32_t tgid);

#endif
