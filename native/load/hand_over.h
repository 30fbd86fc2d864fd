/* SPDX-License-Identifier: MIT */
/*
 * Detaching takes the kernel more than 50 ms a tracepoint, because it waits for every processor
 * (tracepoint_synchronize_unregister()), and closing the last descriptor of a link waits for it. A kernel
 * worker waits instead if it holds the links as registered files of an io_uring; where there is no io_uring,
 * a process that outlives us.
 */
#ifndef LOAD_HAND_OVER_H
#define LOAD_HAND_OVER_H

#include "a4t.h"

/*
 * Makes another holder for all links. Before detach_hooks(). The hooks are detached soon after the returned
 * descriptor, the caller's, is closed. -1: there is no other holder.
 */
int hand_over_links(const struct a4t *session);

#endif
