/* SPDX-License-Identifier: MIT */
/*
 * Hooks that fall silent while they stay attached. An administrator or another tool can switch off the
 * kernel's function tracer or its kprobes as a whole: nothing fails then, but the programs do not run.
 */
#ifndef EVENTS_SILENCE_H
#define EVENTS_SILENCE_H

#include "a4t.h"

/* After the hooks are attached and before a4t_confine(), after which debugfs cannot be opened. */
void open_switches(struct a4t *session);
void close_switches(struct a4t *session);

#endif
