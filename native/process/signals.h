/* SPDX-License-Identifier: MIT */
/*
 * Signals that end a trace cleanly: the handler records the signal and wakes a4t_poll(). The launcher
 * prevents the JVM from handling these signals (-Xrs). The kernel may run a handler in any thread. Only one
 * session per process can catch signals.
 */
#ifndef PROCESS_SIGNALS_H
#define PROCESS_SIGNALS_H

#include "a4t.h"

/*
 * Within this time after the first signal of a kind, another one of this kind has no effect, because some
 * programs signal both a process and its group. Later, another one kills the process.
 */
#define REPEAT_NS 500000000

/*
 * Detaches the session from the handlers, and waits for running handlers that use it. Must be called before
 * the session is freed. Afterwards, a caught signal ends the process. Does nothing if the session does not
 * catch signals.
 */
void release_signals(const struct a4t *session);

#endif
