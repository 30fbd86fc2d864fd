/* SPDX-License-Identifier: MIT */
/*
 * Moves the wait for detaching to another task. Detaching takes the kernel more than 50 ms per tracepoint,
 * because it waits for every CPU (tracepoint_synchronize_unregister()), and closing the last descriptor of a
 * link waits for that. If the links are registered files of an io_uring, a kernel worker waits. Without
 * io_uring, a process that outlives us waits.
 */
#ifndef LOAD_HAND_OVER_H
#define LOAD_HAND_OVER_H

#include "a4t.h"

/*
 * Creates another holder of all links. Call this before detach_hooks(). The caller must close the returned
 * descriptor; the hooks are detached soon afterwards. Returns -1 if no other holder is possible.
 */
int hand_over_links(const struct a4t *session);

#endif
