/* SPDX-License-Identifier: MIT */
#ifndef PROC_LIVING_H
#define PROC_LIVING_H

#include <stdint.h>

/*
 * Returns the id under which /proc shows what process `tgid` has open and mapped: `tgid`, or the id of a
 * living thread if the main thread has ended by pthread_exit(), as /proc/TGID/{exe,fd,maps,net,ns,root} are
 * empty then. Returns `tgid` if no thread is left, and for a kernel thread. Any thread.
 */
int32_t living_thread(int32_t tgid);

#endif
