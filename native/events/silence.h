/* SPDX-License-Identifier: MIT */
/*
 * Detects hooks that are attached but do not run. An administrator or another tool can switch off the
 * kernel's function tracer or all kprobes. That causes no error, but the programs do not run.
 */
#ifndef EVENTS_SILENCE_H
#define EVENTS_SILENCE_H

#include "a4t.h"

/* Call this after attaching the hooks, but before a4t_confine(): afterwards, debugfs cannot be opened. */
void open_switches(struct a4t *session);
void close_switches(struct a4t *session);

#endif
