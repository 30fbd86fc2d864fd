/* SPDX-License-Identifier: MIT */
#include "load/hooks.h"
#include <errno.h>
#include <unistd.h>
#include "base/error.h"
#include "load/attach.h"
#include "load/related.h"
#include "state.h"

struct bpf_program *program_of(const struct a4t *session, int link)
{
	struct bpf_program *programs[LINKS] = {
		[LINK_ENTER] = session->skel->progs.accept4_enter,
		[LINK_EXIT] = session->skel->progs.accept_exit,
		[LINK_ACCEPT_ENTER] = session->skel->progs.accept_enter,
		[LINK_ACCEPT_EXIT] = session->skel->progs.accept_exit,
		[LINK_LISTENER_KPROBE] = session->skel->progs.listener_by_kprobe,
		[LINK_LISTENER_FENTRY] = session->skel->progs.listener_by_fentry,
		[LINK_CONNECTION_KPROBE] = session->skel->progs.connection_by_kprobe,
		[LINK_CONNECTION_FENTRY] = session->skel->progs.connection_by_fentry,
		[LINK_CONNECTION_INSTALL] = session->skel->progs.connection_by_install,
		[LINK_UNIX_KPROBE] = session->skel->progs.unix_connect_by_kprobe,
		[LINK_UNIX_FENTRY] = session->skel->progs.unix_connect_by_fentry,
		[LINK_THREAD_EXIT] = session->skel->progs.thread_exit,
		[LINK_FORK] = session->skel->progs.process_fork,
	};

	return programs[link];
}

/* The section name of an fentry program contains the function. */
int attach_function(struct a4t *session, int link, const char *function)
{
	struct bpf_program *program = program_of(session, link);

	if (bpf_program__type(program) != BPF_PROG_TYPE_TRACING)
		return attach_kprobe(&session->hooks.links[link], program, function);
	session->hooks.links[link] = bpf_program__attach_trace(program);
	return session->hooks.links[link] ? 0 : attach_errno();
}

static int attach_raw_tracepoint(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	session->hooks.links[link] = bpf_program__attach_raw_tracepoint(program_of(session, link), name);
	return session->hooks.links[link] ? 0 : fail(error, errno, "attach to sched:%s", name);
}

static int attach_life(struct a4t *session, struct a4t_error *error)
{
	int err = attach_raw_tracepoint(session, LINK_THREAD_EXIT, "sched_process_exit", error);

	if (!err && session->wanted.follow)
		err = attach_raw_tracepoint(session, LINK_FORK, "sched_process_fork", error);
	return err;
}

static int attach_call(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	return attach_tracepoint(&session->hooks.links[link], program_of(session, link), name, error);
}

/*
 * Attaches exits before entries: a call of which only the entry is seen would stay in the map `calls`. A call
 * of which only the exit is seen is reported without an entry.
 */
int attach_tracepoints(struct a4t *session, struct a4t_error *error)
{
	int err = attach_call(session, LINK_EXIT, "sys_exit_accept4", error);

	if (!err)
		err = attach_call(session, LINK_ENTER, "sys_enter_accept4", error);
	if (!err && session->wanted.calls & A4T_CALL_ACCEPT)
		err = attach_call(session, LINK_ACCEPT_EXIT, "sys_exit_accept", error);
	if (!err && session->wanted.calls & A4T_CALL_ACCEPT)
		err = attach_call(session, LINK_ACCEPT_ENTER, "sys_enter_accept", error);
	if (!err)
		err = attach_related(session, error);
	return err ? err : attach_life(session, error);
}

/* Detaches entries before exits: see attach_tracepoints(). */
void detach_hooks(struct a4t *session)
{
	for (int link = 0; link < LINKS; link++)
		detach(&session->hooks.links[link]);
	detach_related(session);
	if (session->hooks.task_walk >= 0)
		close(session->hooks.task_walk);
	session->hooks.task_walk = -1;
}
