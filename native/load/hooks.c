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
		[LINK_ENTER_TWIN] = session->skel->progs.accept4_enter_twin,
		[LINK_EXIT] = session->skel->progs.accept_exit,
		[LINK_EXIT_TWIN] = session->skel->progs.accept_exit_twin,
		[LINK_ACCEPT_ENTER] = session->skel->progs.accept_enter,
		[LINK_ACCEPT_ENTER_TWIN] = session->skel->progs.accept_enter_twin,
		[LINK_ACCEPT_EXIT] = session->skel->progs.accept_exit,
		[LINK_ACCEPT_EXIT_TWIN] = session->skel->progs.accept_exit_twin,
		[LINK_ENTER_FENTRY] = session->skel->progs.enter_by_fentry,
		[LINK_EXIT_FEXIT] = session->skel->progs.exit_by_fexit,
		[LINK_UNFINISHED_EXIT] = session->skel->progs.unfinished_exit,
		[LINK_UNFINISHED_ACCEPT_EXIT] = session->skel->progs.unfinished_exit,
		[LINK_LISTENER_KPROBE] = session->skel->progs.listener_by_kprobe,
		[LINK_LISTENER_FENTRY] = session->skel->progs.listener_by_fentry,
		[LINK_CONNECTION_KPROBE] = session->skel->progs.connection_by_kprobe,
		[LINK_CONNECTION_FENTRY] = session->skel->progs.connection_by_fentry,
		[LINK_CONNECTION_INSTALL] = session->skel->progs.connection_by_install,
		[LINK_UNIX_KPROBE] = session->skel->progs.unix_connect_by_kprobe,
		[LINK_UNIX_FENTRY] = session->skel->progs.unix_connect_by_fentry,
		[LINK_UNIX_FULL_KPROBE] = session->skel->progs.unix_full_by_kprobe,
		[LINK_UNIX_FULL_FENTRY] = session->skel->progs.unix_full_by_fentry,
		[LINK_UNIX_BEGIN_KPROBE] = session->skel->progs.unix_begin_by_kprobe,
		[LINK_UNIX_BEGIN_FENTRY] = session->skel->progs.unix_begin_by_fentry,
		[LINK_THREAD_EXIT] = session->skel->progs.thread_exit,
		[LINK_THREAD_EXIT_TWIN] = session->skel->progs.thread_exit_twin,
		[LINK_FORK] = session->skel->progs.process_fork,
		[LINK_FORK_TWIN] = session->skel->progs.process_fork_twin,
		[LINK_CONNECTION_ENDS] = session->skel->progs.connection_ends,
		[LINK_SYN_KPROBE] = session->skel->progs.syn_by_kprobe,
		[LINK_ACK_KPROBE] = session->skel->progs.ack_by_kprobe,
		[LINK_ACK6_KPROBE] = session->skel->progs.ack6_by_kprobe,
		[LINK_SYN_FENTRY] = session->skel->progs.syn_by_fentry,
		[LINK_ACK_FENTRY] = session->skel->progs.ack_by_fentry,
		[LINK_ACK6_FENTRY] = session->skel->progs.ack6_by_fentry,
		[LINK_PACKET_DROPPED] = session->skel->progs.packet_dropped,
		[LINK_SYNACK_REPEATED] = session->skel->progs.synack_repeated,
		[LINK_LISTEN_EXIT] = session->skel->progs.listen_exit,
		[LINK_LISTEN_FEXIT] = session->skel->progs.listen_by_fexit,
		[LINK_UNIX_CONNECTED] = session->skel->progs.unix_connected,
		[LINK_UNIX_FOUND] = session->skel->progs.unix_other_found,
		[LINK_CONNECT_EXIT] = session->skel->progs.connect_exit,
		[LINK_SOCKET_STATE] = session->skel->progs.socket_state,
		[LINK_SOCKET_DESTROYED] = session->skel->progs.socket_destroyed,
		[LINK_SOCKET_ERROR] = session->skel->progs.socket_error,
		[LINK_UNIX_RELEASED] = session->skel->progs.unix_released,
		[LINK_UNIX_DROPPED] = session->skel->progs.unix_dropped,
	};

	return programs[link];
}

void choose(const struct a4t *session, int link, bool wanted)
{
	bpf_program__set_autoload(program_of(session, link), wanted);
}

bool is_chosen(const struct a4t *session, int link)
{
	return bpf_program__autoload(program_of(session, link));
}

/* `function` is used for kprobes only. The section name of an fentry program contains the function. */
int attach_function(struct a4t *session, int link, const char *function)
{
	struct bpf_program *program = program_of(session, link);
	int err;

	if (bpf_program__type(program) != BPF_PROG_TYPE_TRACING) {
		err = attach_kprobe(&session->hooks.links[link], program, function);
		session->hooks.has_kprobes |= !err;
		return err;
	}
	session->hooks.links[link] = bpf_program__attach_trace(program);
	if (!session->hooks.links[link])
		return attach_errno();
	session->hooks.has_fentry = true;
	return 0;
}

static int attach_call(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	return attach_tracepoint(&session->hooks.links[link], program_of(session, link), name, error);
}

static int attach_life(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	session->hooks.links[link] = bpf_program__attach_raw_tracepoint(program_of(session, link), name);
	return session->hooks.links[link] ? 0 : fail(error, errno, "attach to sched:%s", name);
}

static int attach_function_of_call(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	int err = attach_function(session, link, name);

	return err ? fail(error, err, "attach to %s", name) : 0;
}

#define NO_TWIN -1

/*
 * A tracepoint or function, the link of its program, and the link of the program's twin. The twin is
 * a second copy, which does the work if the kernel has skipped the first.
 */
struct point {
	const char *name;
	int (*attach)(struct a4t *session, int link, const char *name, struct a4t_error *error);
	int link, twin;
	uint32_t calls; /* attached if any of these is wanted; 0 = always */
	bool follow;	/* only for -f */
};

#define ACCEPT A4T_CALL_ACCEPT

/*
 * Exits come before entries, because a call whose exit is not seen would stay in the map `calls`. A call
 * whose entry is not seen is still reported, without its start time.
 */
static const struct point points[] = {
	{"sys_exit_accept4", attach_call, LINK_EXIT, LINK_EXIT_TWIN, 0, false},
	{"sys_enter_accept4", attach_call, LINK_ENTER, LINK_ENTER_TWIN, 0, false},
	{"sys_exit_accept", attach_call, LINK_ACCEPT_EXIT, LINK_ACCEPT_EXIT_TWIN, ACCEPT, false},
	{"sys_enter_accept", attach_call, LINK_ACCEPT_ENTER, LINK_ACCEPT_ENTER_TWIN, ACCEPT, false},
	{"sys_exit_accept4", attach_call, LINK_UNFINISHED_EXIT, NO_TWIN, 0, false},
	{"sys_exit_accept", attach_call, LINK_UNFINISHED_ACCEPT_EXIT, NO_TWIN, ACCEPT, false},
	{ACCEPT_FUNCTION, attach_function_of_call, LINK_EXIT_FEXIT, NO_TWIN, 0, false},
	{ACCEPT_FUNCTION, attach_function_of_call, LINK_ENTER_FENTRY, NO_TWIN, 0, false},
	{"sched_process_exit", attach_life, LINK_THREAD_EXIT, LINK_THREAD_EXIT_TWIN, 0, false},
	{"sched_process_fork", attach_life, LINK_FORK, LINK_FORK_TWIN, 0, true},
};

static bool is_wanted(const struct a4t *session, const struct point *point)
{
	return is_chosen(session, point->link) && (!point->calls || session->wanted.calls & point->calls) &&
	       (!point->follow || session->wanted.follow);
}

static int attach_point(struct a4t *session, const struct point *point, struct a4t_error *error)
{
	int err = point->attach(session, point->link, point->name, error);

	return err || point->twin == NO_TWIN || !is_chosen(session, point->twin)
		       ? err
		       : point->attach(session, point->twin, point->name, error);
}

int attach_calls(struct a4t *session, struct a4t_error *error)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(points) / sizeof(points[0]); i++)
		if (is_wanted(session, &points[i]))
			err = attach_point(session, &points[i], error);
	return err ? err : attach_related(session, error);
}

/* Only the programs on tracepoints of system calls are of type BPF_PROG_TYPE_TRACEPOINT. */
static bool is_on_system_call(const struct a4t *session, int link)
{
	return session->hooks.links[link] &&
	       bpf_program__type(program_of(session, link)) == BPF_PROG_TYPE_TRACEPOINT;
}

bool slows_system_calls(const struct a4t *session)
{
	bool slows = false;

	for (int link = 0; link < LINKS; link++)
		if (link != LINK_UNFINISHED_EXIT && link != LINK_UNFINISHED_ACCEPT_EXIT)
			slows |= is_on_system_call(session, link);
	for (int call = 0; call < RELATED_CALLS; call++)
		slows |= session->hooks.related[call][0] != NULL;
	return slows;
}

static void close_walk(int *walk)
{
	if (*walk >= 0)
		close(*walk);
	*walk = -1;
}

/* Detaches entries before exits, for the reason given at `points`. */
void detach_hooks(struct a4t *session)
{
	for (int link = 0; link < LINKS; link++)
		detach(&session->hooks.links[link]);
	session->hooks.has_kprobes = session->hooks.has_fentry = false;
	detach_related(session);
	close_walk(&session->hooks.task_walk);
	close_walk(&session->hooks.held_walk);
}
