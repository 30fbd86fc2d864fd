/* SPDX-License-Identifier: MIT */
/*
 * Ends this process by a signal, so that the parent sees the cause. This works even if a write hangs because
 * nobody reads the output. Uses alarm(2) and SIGALRM. Async-signal-safe.
 */
#ifndef PROCESS_END_H
#define PROCESS_END_H

/* From now on, `signal` ends the process if a write makes no progress for one to two seconds. */
void watch_writes(int signal);

void stop_watching_writes(void);

#endif
