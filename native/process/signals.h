/* SPDX-License-Identifier: MIT */
/*
 * Signals end a trace in order: the handler notes the signal and wakes a4t_poll(). The launcher keeps the JVM
 * from handling them (-Xrs), so the kernel may run a handler in any thread. One session a process.
 */
#ifndef PROCESS_SIGNALS_H
#define PROCESS_SIGNALS_H

#include "a4t.h"

/* A second signal within this time after the first of its kind is a repeat; later it kills. */
#define REPEAT_NS 500000000

/*
 * Detaches the session from the handlers, and waits for those that use it: must precede its end. From then on
 * a caught signal ends the process. Nothing happens if the session catches no signals.
 */
void release_signals(const struct a4t *session);

#endif
