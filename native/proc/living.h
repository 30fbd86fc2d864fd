/* SPDX-License-Identifier: MIT */
#ifndef LIVING_H
#define LIVING_H

#include <stdint.h>

/*
 * Returns the id under which /proc shows what process `tgid` has open and mapped. That is `tgid`,
 * or a living thread's id if the main thread has ended: /proc/TGID/{exe,fd,maps,net,ns,root} are
 * empty then. Returns `tgid` if no thread is left, and for a kernel thread.
 */
int32_t living_thread(int32_t tgid);

#endif
