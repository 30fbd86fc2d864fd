/* SPDX-License-Identifier: MIT */
/*
 * Ends this process by a signal, so that the parent sees the cause. That works even if a write hangs because
 * nobody reads the output. Uses SIGALRM and the process's alarm(2). Async-signal-safe.
 */
#ifndef PROCESS_END_H
#define PROCESS_END_H

/* From now on, a write that makes no progress for one to two seconds ends the process by this signal. */
void watch_writes(int signal);

void stop_watching_writes(void);

#endif
