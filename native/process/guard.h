/* SPDX-License-Identifier: MIT */
/*
 * The guard of a command that must not outlive the tracer, i.e. the process that has the session. When the
 * tracer ends, even by SIGKILL, the guard kills the command and the other targets. The guard is a process
 * that keeps the privileges that a4t_confine() drops, because the command may run as another user. Only the
 * tracing thread may call these functions.
 */
#ifndef PROCESS_GUARD_H
#define PROCESS_GUARD_H

#include "a4t.h"

/* Starts the guard of process `command`. Returns 0 or a negative errno. */
int start_guard(struct a4t *session, int32_t command);

/*
 * If there is a guard, makes it kill the command and all targets, and waits until the guard ends. A killed
 * process that does not end within two seconds, e.g. in an uninterruptible sleep, is left behind.
 */
void end_guarded(struct a4t *session);

#endif
