/* SPDX-License-Identifier: MIT */
/*
 * Lets another task wait until the hooks are detached. The kernel takes more than 50 ms to detach a
 * tracepoint, because it waits for every CPU (tracepoint_synchronize_unregister()). Whoever closes the last
 * descriptor of a link has to wait for that. If the links are registered files of an io_uring, a kernel
 * worker closes them last. Without io_uring, a process that outlives this one does.
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
