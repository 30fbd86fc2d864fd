/* SPDX-License-Identifier: MIT */
/* Which hooks this kernel allows, attaching them, and stepping down when they do not hold. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "session.h"

/* The kernel functions under the kprobes. */
#define GRAFT_FUNCTION	  "security_sock_graft"
#define LISTENER_FUNCTION "security_socket_accept"

/* Asked before attaching: without it the failure is ENOENT, as for an unknown function. */
bool kprobes_available(void)
{
	return access("/sys/bus/event_source/devices/kprobe/type", F_OK) == 0;
}

static bool function_exists(const char *function)
{
	char line[512], name[256];
	FILE *symbols = fopen("/proc/kallsyms", "re");
	bool found = false;

	if (!symbols)
		return false;
	while (!found && fgets(line, sizeof(line), symbols))
		found = sscanf(line, "%*s %*1[tT] %255s", name) == 1 && !strcmp(name, function);
	fclose(symbols);
	return found;
}

static int check_tracepoints(void)
{
	int enter = tracepoint_id("syscalls", "sys_enter_accept4");
	int exit = tracepoint_id("syscalls", "sys_exit_accept4");

	return enter < 0 ? enter : exit < 0 ? exit : 0;
}

static int check_kprobe(const char *function)
{
	if (!kprobes_available())
		return -EOPNOTSUPP;
	return function_exists(function) ? 0 : -ENOENT;
}

int a4t_check_hook(int32_t hook)
{
	switch (hook) {
	case A4T_HOOK_TRACEPOINTS:
		return check_tracepoints();
	case A4T_HOOK_SOCK_GRAFT:
		return check_kprobe(GRAFT_FUNCTION);
	case A4T_HOOK_SOCKET_ACCEPT:
		return check_kprobe(LISTENER_FUNCTION);
	default:
		return -EINVAL;
	}
}

static struct bpf_program *program_of(struct a4t *session, int link)
{
	struct bpf_program *programs[LINKS] = {
		[LINK_ENTER] = session->skel->progs.accept4_enter,
		[LINK_EXIT] = session->skel->progs.accept_exit,
		[LINK_ACCEPT_ENTER] = session->skel->progs.accept_enter,
		[LINK_ACCEPT_EXIT] = session->skel->progs.accept_exit,
		[LINK_LISTENER] = session->skel->progs.accept_listener,
		[LINK_GRAFT] = session->skel->progs.accept_graft,
		[LINK_THREAD_EXIT] = session->skel->progs.thread_exit,
		[LINK_FORK] = session->skel->progs.process_fork,
	};

	return programs[link];
}

static int open_tracepoint(const char *name)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.wakeup_events = 1,
	};
	int id = tracepoint_id("syscalls", name), fd;

	if (id < 0)
		return id;
	attr.config = id;
	/* On any one CPU: a program on a tracepoint runs for all of them. */
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int attach_tracepoint(struct a4t *session, int link, const char *name, struct a4t_error *error)
{
	int fd = open_tracepoint(name);

	if (fd < 0)
		return fail(error, fd, "attach to syscalls:%s", name);
	session->links[link] = bpf_program__attach_perf_event(program_of(session, link), fd);
	if (!session->links[link]) {
		int err = errno;

		close(fd);
		return fail(error, err, "attach to syscalls:%s", name);
	}
	/*
	 * libbpf has enabled the event as well. The program runs without that, and
	 * a disabled event spares the kernel a sample of every call that nobody reads.
	 */
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	return 0;
}

static int attach_kprobe(struct a4t *session, int link, const char *function)
{
	session->links[link] = bpf_program__attach_kprobe(program_of(session, link), false, function);
	return session->links[link] ? 0 : -errno;
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

static void detach(struct a4t *session, int link)
{
	bpf_link__destroy(session->links[link]);
	session->links[link] = NULL;
}

static void detach_kprobes(struct a4t *session)
{
	detach(session, LINK_LISTENER);
	detach(session, LINK_GRAFT);
}

/* Goes on without kprobes and keeps the reason. */
static void step_down(struct a4t *session, const char *why, int err)
{
	detach_kprobes(session);
	session->hooks = "tracepoint";
	snprintf(session->hooks_note, sizeof(session->hooks_note), "%s%s%s", why, err ? ": " : "",
		 err ? strerror(-err) : "");
	note("%s", session->hooks_note);
}

static void attach_kprobes(struct a4t *session)
{
	int err;

	if (!kprobes_available()) {
		step_down(session, "this kernel has no kprobes", 0);
		return;
	}
	err = attach_kprobe(session, LINK_LISTENER, LISTENER_FUNCTION);
	if (err) {
		step_down(session, "cannot attach a kprobe to " LISTENER_FUNCTION, err);
		return;
	}
	err = attach_kprobe(session, LINK_GRAFT, GRAFT_FUNCTION);
	if (err) {
		step_down(session, "cannot attach a kprobe to " GRAFT_FUNCTION, err);
		return;
	}
	session->hooks = "tracepoint+kprobe";
}

/*
 * Exit before enter: a call that is only entered would stay in `inflight`,
 * one that is only left is told as what it is.
 */
static int attach_tracepoints(struct a4t *session, struct a4t_error *error)
{
	int err = attach_tracepoint(session, LINK_EXIT, "sys_exit_accept4", error);

	if (!err)
		err = attach_tracepoint(session, LINK_ENTER, "sys_enter_accept4", error);
	if (!err && session->trace_accept)
		err = attach_tracepoint(session, LINK_ACCEPT_EXIT, "sys_exit_accept", error);
	if (!err && session->trace_accept)
		err = attach_tracepoint(session, LINK_ACCEPT_ENTER, "sys_enter_accept", error);
	return err ? err : attach_life(session, error);
}

static bool holds(const struct accept_event *seen, bool kprobes)
{
	uint16_t wanted = A4T_HAS_LISTENER | A4T_HAS_PEER;

	return (seen->flags & wanted) == wanted && !(seen->flags & A4T_ENTER_UNSEEN) &&
	       (!kprobes || !(seen->flags & A4T_PEER_RACY));
}

/* Attached is not yet working: functions can be inlined and layouts read wrongly. */
static int prove_hooks(struct a4t *session, struct a4t_error *error)
{
	bool kprobes = session->links[LINK_GRAFT];
	struct accept_event seen;
	int err = self_test(session, &seen);

	if (!err && holds(&seen, kprobes))
		return 0;
	if (!kprobes)
		return fail(error, err ? err : EPROTO, "see an accept4 of its own");
	step_down(session, "the kprobes do not see an accept4 of our own", err);
	return prove_hooks(session, error);
}

int attach_hooks(struct a4t *session, struct a4t_error *error)
{
	int err;

	attach_kprobes(session);
	err = attach_tracepoints(session, error);
	if (err)
		return err;
	err = prove_hooks(session, error);
	if (!err)
		note("hooks: %s", session->hooks);
	return err;
}

void detach_hooks(struct a4t *session)
{
	detach(session, LINK_ENTER);
	detach(session, LINK_EXIT);
	detach(session, LINK_ACCEPT_ENTER);
	detach(session, LINK_ACCEPT_EXIT);
	detach(session, LINK_FORK);
	detach(session, LINK_THREAD_EXIT);
	detach_kprobes(session);
}
