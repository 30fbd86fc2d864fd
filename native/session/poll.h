/* SPDX-License-Identifier: MIT */
/* a4t_poll() in parts, for its tests. */
#ifndef SESSION_POLL_H
#define SESSION_POLL_H

#include "a4t.h"

/* Waits up to timeout_ms (-1 = no limit) for a reason to return; `wakeup` has those that came. */
int wait_for_reasons(struct a4t *session, int timeout_ms, struct a4t_wakeup *wakeup);

#endif
