/* SPDX-License-Identifier: MIT */
#include "load/related.h"
#include <errno.h>
#include <sys/syscall.h>
#include "load/attach.h"
#include "load/maps.h"
#include "load/tracepoint.h"
#include "state.h"

#define NO_CALL -1

#ifdef SYS_select
#define NR_SELECT SYS_select
#else
#define NR_SELECT NO_CALL
#endif
/*
 * Of the related calls, restart_syscall resumes only poll (do_restart_poll() in fs/select.c), so a processor
 * without poll does not need it.
 */
#ifdef SYS_poll
#define NR_POLL	   SYS_poll
#define NR_RESTART SYS_restart_syscall
#else
#define NR_POLL	   NO_CALL
#define NR_RESTART NO_CALL
#endif
#ifdef SYS_epoll_wait
#define NR_EPOLL_WAIT SYS_epoll_wait
#else
#define NR_EPOLL_WAIT NO_CALL
#endif

struct related {
	int syscall; /* enum a4t_syscall; A4T_SYSCALLS for restart_syscall */
	long number;
	/*
	 * Bits of enum a4t_call: the call is traced if any of them is wanted. listen() is also traced for
	 * wait calls, because it reveals new listeners.
	 */
	uint32_t calls;
	const char *enter; /* NULL: the call continues another one */
	const char *exit;
};

#define RELATED(syscall, number, calls, name)                                             \
	{                                                                                 \
		A4T_SYSCALL_##syscall, number, calls, "sys_enter_" name, "sys_exit_" name \
	}

static const struct related related_calls[RELATED_CALLS] = {
	RELATED(BIND, SYS_bind, A4T_CALL_BIND, "bind"),
	RELATED(LISTEN, SYS_listen, A4T_CALL_LISTEN | A4T_CALL_POLL, "listen"),
	RELATED(SELECT, NR_SELECT, A4T_CALL_POLL, "select"),
	RELATED(PSELECT6, SYS_pselect6, A4T_CALL_POLL, "pselect6"),
	RELATED(POLL, NR_POLL, A4T_CALL_POLL, "poll"),
	RELATED(PPOLL, SYS_ppoll, A4T_CALL_POLL, "ppoll"),
	RELATED(EPOLL_WAIT, NR_EPOLL_WAIT, A4T_CALL_POLL, "epoll_wait"),
	RELATED(EPOLL_PWAIT, SYS_epoll_pwait, A4T_CALL_POLL, "epoll_pwait"),
	RELATED(EPOLL_PWAIT2, SYS_epoll_pwait2, A4T_CALL_POLL, "epoll_pwait2"),
	{A4T_SYSCALLS, NR_RESTART, A4T_CALL_POLL, NULL, "sys_exit_restart_syscall"},
};

/*
 * The size of the map `listeners`. After a process is evicted from the map, its next wait call looks up its
 * listeners again.
 */
#define PROCESSES_KNOWN 1024

int configure_related(struct a4t *session)
{
	struct accept4_trace *skel = session->skel;
	bool wanted = session->wanted.calls & A4T_RELATED_CALLS;

	bpf_program__set_autoload(skel->progs.related_enter, wanted);
	bpf_program__set_autoload(skel->progs.related_exit, wanted);
	for (int i = 0; i < RELATED_CALLS; i++)
		skel->rodata->related_nr[related_calls[i].syscall] = related_calls[i].number;
	return wanted ? set_lru_entries(skel->maps.listeners, PROCESSES_KNOWN) : 0;
}

static int attach_call(struct a4t *session, const struct related *call, struct bpf_link *links[2],
		       struct a4t_error *error)
{
	struct accept4_trace *skel = session->skel;
	int err = attach_tracepoint(&links[0], skel->progs.related_exit, call->exit, error);

	if (err || !call->enter)
		return err;
	return attach_tracepoint(&links[1], skel->progs.related_enter, call->enter, error);
}

/* ENOENT: this kernel does not have the call, such as epoll_pwait2 before 5.11. */
int attach_related(struct a4t *session, struct a4t_error *error)
{
	for (int i = 0; i < RELATED_CALLS; i++) {
		const struct related *call = &related_calls[i];
		int err;

		if (call->number == NO_CALL || !(session->wanted.calls & call->calls) ||
		    tracepoint_id("syscalls", call->exit) == -ENOENT)
			continue;
		err = attach_call(session, call, session->hooks.related[i], error);
		if (err)
			return err;
	}
	return 0;
}

void detach_related(struct a4t *session)
{
	for (int i = 0; i < RELATED_CALLS; i++) {
		detach(&session->hooks.related[i][1]);
		detach(&session->hooks.related[i][0]);
	}
}
