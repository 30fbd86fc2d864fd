/* SPDX-License-Identifier: MIT */
/* Attaching the programs, proving that they work, and detaching them. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "session.h"

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

/* To its entry; an fentry program knows its function itself. */
int attach_function(struct a4t *session, int link, const char *function)
{
	struct bpf_program *program = program_of(session, link);

	if (bpf_program__type(program) != BPF_PROG_TYPE_TRACING)
		return attach_kprobe(&session->links[link], program, function);
	session->links[link] = bpf_program__attach_trace(program);
	return session->links[link] ? 0 : attach_errno();
}

static int attach_raw_tracepoint(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	session->links[link] = bpf_program__attach_raw_tracepoint(program_of(session, link), name);
	return session->links[link] ? 0 : fail(error, errno, "attach to sched:%s", name);
}

static int attach_life(struct a4t *session, struct a4t_error *error)
{
	int err = attach_raw_tracepoint(session, LINK_THREAD_EXIT, "sched_process_exit", error);

	if (!err && session->follow)
		err = attach_raw_tracepoint(session, LINK_FORK, "sched_process_fork", error);
	return err;
}

static int attach_call(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	return attach_tracepoint(&session->links[link], program_of(session, link), name, error);
}

/*
 * Exit before enter: a call that is only entered would stay in `calls`,
 * one that is only left is told as what it is.
 */
int attach_tracepoints(struct a4t *session, struct a4t_error *error)
{
	int err = attach_call(session, LINK_EXIT, "sys_exit_accept4", error);

	if (!err)
		err = attach_call(session, LINK_ENTER, "sys_enter_accept4", error);
	if (!err && session->calls & A4T_CALL_ACCEPT)
		err = attach_call(session, LINK_ACCEPT_EXIT, "sys_exit_accept", error);
	if (!err && session->calls & A4T_CALL_ACCEPT)
		err = attach_call(session, LINK_ACCEPT_ENTER, "sys_enter_accept", error);
	if (!err)
		err = attach_related(session, error);
	return err ? err : attach_life(session, error);
}

static bool holds(const struct accept_event *seen, bool racy)
{
	uint32_t wanted = A4T_HAS_LISTENER | A4T_HAS_PEER;

	return (seen->flags & wanted) == wanted && !(seen->flags & A4T_ENTER_UNSEEN) &&
	       (racy || !(seen->flags & A4T_PEER_RACY));
}

/* Attached is not yet working: functions can be inlined and layouts read wrongly. */
int prove_hooks(struct a4t *session, bool racy, struct a4t_error *error)
{
	struct accept_event seen;
	int err = self_test(session, &seen);

	if (!err && !holds(&seen, racy))
		err = -EPROTO;
	return err ? fail(error, err, "see an accept4 of its own") : 0;
}

void detach(struct bpf_link **link)
{
	bpf_link__destroy(*link);
	*link = NULL;
}

/* Entries first: see attach_tracepoints(). */
void detach_hooks(struct a4t *session)
{
	for (int link = 0; link < LINKS; link++)
		detach(&session->links[link]);
	detach_related(session);
	if (session->task_walk >= 0)
		close(session->task_walk);
	session->task_walk = -1;
}
