/* SPDX-License-Identifier: MIT */
/*
 * Hooks that fall silent while they stay attached: an administrator, or another tool, can switch off
 * the kernel's function tracer or its kprobes as a whole. Nothing fails then; the programs are not run.
 */
#include <fcntl.h>
#include <unistd.h>
#include "session.h"

/* Where kprobes at the entry of a function go through the function tracer (CONFIG_KPROBES_ON_FTRACE). */
#ifdef __aarch64__
#define KPROBES_ON_FTRACE false
#else
#define KPROBES_ON_FTRACE true
#endif

static const struct {
	const char *file; /* "0" while it is off */
	const char *off;
} switches[SWITCHES] = {
	[SWITCH_FTRACE] = {"/proc/sys/kernel/ftrace_enabled", "kernel.ftrace_enabled is 0"},
	[SWITCH_KPROBES] = {"/sys/kernel/debug/kprobes/enabled", "/sys/kernel/debug/kprobes/enabled is 0"},
};

static bool uses_kprobes(const struct a4t *session)
{
	return session->links[LINK_LISTENER_KPROBE] || session->links[LINK_UNIX_KPROBE];
}

static bool uses_fentry(const struct a4t *session)
{
	return session->links[LINK_LISTENER_FENTRY] || session->links[LINK_UNIX_FENTRY];
}

static bool depends_on(const struct a4t *session, int at)
{
	if (at == SWITCH_KPROBES)
		return uses_kprobes(session);
	return uses_fentry(session) || (KPROBES_ON_FTRACE && uses_kprobes(session));
}

/* While we may: after a4t_confine() the second cannot be opened any more, but still be read. */
void open_switches(struct a4t *session)
{
	for (int at = 0; at < SWITCHES; at++)
		session->switches[at] =
			depends_on(session, at) ? open(switches[at].file, O_RDONLY | O_CLOEXEC) : -1;
}

void close_switches(struct a4t *session)
{
	for (int at = 0; at < SWITCHES; at++)
		if (session->switches[at] >= 0)
			close(session->switches[at]);
}

/* One that cannot be read proves nothing. */
const char *a4t_silenced(const struct a4t *session)
{
	for (int at = 0; at < SWITCHES; at++) {
		char state;

		if (session->switches[at] >= 0 && pread(session->switches[at], &state, 1, 0) == 1 &&
		    state == '0')
			return switches[at].off;
	}
	return "";
}
