/* SPDX-License-Identifier: MIT */
/*
 * Signals that end a trace cleanly: the handler records the signal and wakes a4t_poll(). The launcher keeps
 * the JVM from handling them (-Xrs). The kernel may run a handler in any thread. One session per process.
 */
#ifndef PROCESS_SIGNALS_H
#define PROCESS_SIGNALS_H

#include "a4t.h"

/* A second signal within this time after the first of its kind is a repeat; later it kills. */
#define REPEAT_NS 500000000

/*
 * Detaches the session from the handlers, and waits for handlers that use it. Must be called before the
 * session is freed. Afterwards, a caught signal ends the process. Does nothing if the session does not catch
 * signals.
 */
void release_signals(const struct a4t *session);

#endif
