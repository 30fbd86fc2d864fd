/* SPDX-License-Identifier: MIT */
#include "events/silence.h"
#include <fcntl.h>
#include <unistd.h>
#include "state.h"

/*
 * With CONFIG_KPROBES_ON_FTRACE (not on arm64), kprobes at the entry of a function use the function tracer,
 * so SWITCH_FTRACE silences them, too.
 */
#ifdef __aarch64__
#define KPROBES_ON_FTRACE false
#else
#define KPROBES_ON_FTRACE true
#endif

static const struct {
	const char *file; /* its content begins with "0" while the switch is off */
	const char *off;
} switches[SWITCHES] = {
	[SWITCH_FTRACE] = {"/proc/sys/kernel/ftrace_enabled", "kernel.ftrace_enabled is 0"},
	[SWITCH_KPROBES] = {"/sys/kernel/debug/kprobes/enabled", "/sys/kernel/debug/kprobes/enabled is 0"},
};

static bool depends_on(const struct a4t *session, int at)
{
	if (at == SWITCH_KPROBES)
		return session->hooks.has_kprobes;
	return session->hooks.has_fentry || (KPROBES_ON_FTRACE && session->hooks.has_kprobes);
}

void open_switches(struct a4t *session)
{
	for (int at = 0; at < SWITCHES; at++)
		session->events.switches[at] =
			depends_on(session, at) ? open(switches[at].file, O_RDONLY | O_CLOEXEC) : -1;
}

void close_switches(struct a4t *session)
{
	for (int at = 0; at < SWITCHES; at++)
		if (session->events.switches[at] >= 0)
			close(session->events.switches[at]);
}

/* A switch that cannot be read counts as on. */
const char *a4t_silenced(const struct a4t *session)
{
	for (int at = 0; at < SWITCHES; at++) {
		char state;

		if (session->events.switches[at] >= 0 &&
		    pread(session->events.switches[at], &state, 1, 0) == 1 && state == '0')
			return switches[at].off;
	}
	return "";
}
