/* SPDX-License-Identifier: MIT */
/* Checks what the running kernel allows, without a session. */
#include <errno.h>
#include "base/error.h"
#include "base/messages.h"
#include "load/attach.h"
#include "load/closings.h"
#include "load/hooks.h"
#include "load/programs.h"
#include "load/rungs.h"
#include "state.h"

/*
 * Loads the programs that a rung (load/rungs.h) needs for `calls` (enum a4t_call; 0 = the default). Attaches
 * the programs at the entry of kernel functions and those for closings, then unloads all programs again.
 */
static int check_rung(const struct rung *rung, uint32_t calls)
{
	struct a4t_config config = {
		.ring_bytes = 64 * 1024, .max_calls = 1, .max_targets = 1, .filter.calls = calls};
	struct a4t session = {.hooks.task_walk = -1, .hooks.held_walk = -1};
	struct a4t_error error;
	int err;

	capture_libbpf_messages();
	err = load_programs(&session, &config, rung, &error);
	if (!err)
		err = attach_rung(&session, rung, &error);
	if (!err && sees_calls_by_fentry(rung))
		err = attach_function(&session, LINK_ENTER_FENTRY, ACCEPT_FUNCTION);
	if (!err)
		err = attach_closings(&session, &error);
	detach_hooks(&session);
	accept4_trace__destroy(session.skel);
	return err;
}

static int check_tracepoints(void)
{
	static const char *const names[] = {"sys_enter_accept4", "sys_exit_accept4", "sys_enter_accept",
					    "sys_exit_accept"};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++)
		err = check_tracepoint(names[i]);
	return err;
}

/* Also attaches the programs, because Linux 6.1 on arm64 loads them, but cannot attach them. */
static int check_fentry_rung(enum a4t_probe probe)
{
	struct a4t session = {};
	int err = check_fentry();

	return err ? err : check_rung(next_rung(&session, probe, NULL), 0);
}

static int check_closed(void)
{
	struct a4t session = {};

	return check_rung(next_rung(&session, A4T_PROBE_TRACEPOINT, NULL), A4T_CALL_CLOSED);
}

int a4t_check_hook(int32_t hook)
{
	static const char *const functions[] = {
		[A4T_HOOK_SOCK_GRAFT] = CONNECTION_FUNCTION,   [A4T_HOOK_SOCKET_ACCEPT] = LISTENER_FUNCTION,
		[A4T_HOOK_FD_INSTALL] = INSTALL_FUNCTION,      [A4T_HOOK_UNIX_CONNECT] = UNIX_FUNCTION,
		[A4T_HOOK_UNIX_CLOSED] = UNIX_CLOSED_FUNCTION,
	};

	if (hook == A4T_HOOK_TRACEPOINTS)
		return check_tracepoints();
	if (hook == A4T_HOOK_FENTRY)
		return check_fentry_rung(A4T_PROBE_TRACEPOINT_FENTRY);
	if (hook == A4T_HOOK_ACCEPT_FENTRY)
		return check_fentry_rung(A4T_PROBE_FENTRY);
	if (hook == A4T_HOOK_CLOSED)
		return check_closed();
	if (hook < 0 || hook >= (int32_t)(sizeof(functions) / sizeof(functions[0])))
		return -EINVAL;
	return check_kprobe(functions[hook]);
}
