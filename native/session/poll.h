/* SPDX-License-Identifier: MIT */
/* The part of a4t_poll() that tests call directly. */
#ifndef SESSION_POLL_H
#define SESSION_POLL_H

#include "a4t.h"

/*
 * Waits up to `timeout_ms` (-1 = no limit) for a reason to return, and sets `wakeup`. Returns 0 or a negative
 * errno.
 */
int wait_for_reasons(struct a4t *session, int timeout_ms, struct a4t_wakeup *wakeup);

#endif
