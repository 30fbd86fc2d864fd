/* SPDX-License-Identifier: MIT */
/*
 * The ladder: ways to see a connection while it is accepted, the best first. The
 * first one that this kernel allows and that proves itself is taken.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>
#include "session.h"

#define LISTENER_FUNCTION   "security_socket_accept"
#define CONNECTION_FUNCTION "security_sock_graft"
#define INSTALL_FUNCTION    "fd_install"
#define UNIX_FUNCTION	    "security_unix_stream_connect"
/* fentry needs the function tracer, which shows itself by this file. */
#define FUNCTION_TRACER "available_filter_functions"
/* Connections of the whole machine that wait to be accepted; of more the oldest have no wait=. */
#define UNIX_WAITING 8192

struct hook {
	int link;
	const char *function;
};

/* Beside the tracepoints, which all of them need. */
struct rung {
	const char *label;
	bool (*available)(void);
	const char *unavailable;
	struct hook hooks[2];
	int hook_count;
	struct hook unix_connect; /* nice to have: how long AF_UNIX connections waited */
};

/*
 * Loads a program that names no function, which cannot succeed: EINVAL where programs on
 * functions are allowed, EPERM where they are not. Far cheaper than to try the real ones.
 */
static bool fentry_allowed(void)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY);
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, NULL, "GPL", nothing, 2, &options);

	return fd != -EPERM;
}

bool fentry_available(void)
{
	return tracefs_has(FUNCTION_TRACER) && fentry_allowed();
}

static bool always(void)
{
	return true;
}

/* In the order of enum a4t_probe, from A4T_PROBE_KPROBE on. */
static const struct rung rungs[] = {
	{"tracepoint+kprobe",
	 kprobes_available,
	 "this kernel has no kprobes",
	 {{LINK_LISTENER_KPROBE, LISTENER_FUNCTION}, {LINK_CONNECTION_KPROBE, CONNECTION_FUNCTION}},
	 2,
	 {LINK_UNIX_KPROBE, UNIX_FUNCTION}},
	{"tracepoint+fentry",
	 fentry_available,
	 "this kernel has no fentry",
	 {{LINK_LISTENER_FENTRY, LISTENER_FUNCTION}, {LINK_CONNECTION_FENTRY, CONNECTION_FUNCTION}},
	 2,
	 {LINK_UNIX_FENTRY, UNIX_FUNCTION}},
	{"tracepoint+fd_install",
	 kprobes_available,
	 "this kernel has no kprobes",
	 {{LINK_LISTENER_KPROBE, LISTENER_FUNCTION}, {LINK_CONNECTION_INSTALL, INSTALL_FUNCTION}},
	 2,
	 {LINK_UNIX_KPROBE, UNIX_FUNCTION}},
	{.label = "tracepoint", .available = always},
};

#define RUNGS (sizeof(rungs) / sizeof(rungs[0]))

const char *rung_label(const struct rung *rung)
{
	return rung->label;
}

bool is_lowest(const struct rung *rung)
{
	return rung == &rungs[RUNGS - 1];
}

static bool is_wanted(const struct rung *rung, uint32_t wanted)
{
	return wanted == A4T_PROBE_AUTO || rung == &rungs[wanted - A4T_PROBE_KPROBE];
}

/* The reason why the best rung could not be taken is the one that is told. */
void step_down(struct a4t *session, const char *why, int err)
{
	char line[sizeof(session->hooks_note)];

	snprintf(line, sizeof(line), "%s%s%s", why, err ? ": " : "", err ? strerror(-err) : "");
	note("%s", line);
	if (!session->hooks_note[0])
		memcpy(session->hooks_note, line, sizeof(line));
}

/* The best one below `after`, or of all when that is NULL; NULL when there is none left. */
const struct rung *next_rung(struct a4t *session, uint32_t wanted, const struct rung *after)
{
	for (const struct rung *rung = after ? after + 1 : rungs; rung < rungs + RUNGS; rung++) {
		if (!is_wanted(rung, wanted))
			continue;
		if (rung->available())
			return rung;
		step_down(session, rung->unavailable, 0);
	}
	return NULL;
}

void choose_programs(struct a4t *session, const struct rung *rung)
{
	for (int link = LINK_LISTENER_KPROBE; link <= LINK_UNIX_FENTRY; link++)
		bpf_program__set_autoload(program_of(session, link), false);
	for (int i = 0; i < rung->hook_count; i++)
		bpf_program__set_autoload(program_of(session, rung->hooks[i].link), true);
	session->skel->rodata->has_connection_hook = rung->hook_count > 0;
	if (rung->unix_connect.function) {
		bpf_program__set_autoload(program_of(session, rung->unix_connect.link), true);
		bpf_map__set_max_entries(session->skel->maps.unix_ready, UNIX_WAITING);
	}
}

static void attach_unix_connect(struct a4t *session, const struct hook *hook)
{
	int err = hook->function ? attach_function(session, hook->link, hook->function) : 0;

	if (err)
		note("no waits of AF_UNIX connections: attach to %s: %s", hook->function, strerror(-err));
}

int attach_rung(struct a4t *session, const struct rung *rung, struct a4t_error *error)
{
	for (int i = 0; i < rung->hook_count; i++) {
		const struct hook *hook = &rung->hooks[i];
		int err = attach_function(session, hook->link, hook->function);

		if (err)
			return fail(error, err, "attach to %s", hook->function);
	}
	attach_unix_connect(session, &rung->unix_connect);
	return 0;
}

static int check_tracepoints(void)
{
	int err = check_tracepoint("sys_enter_accept4");

	return err ? err : check_tracepoint("sys_exit_accept4");
}

/* More than any file tells: Linux 6.1 on arm64 loads the programs and cannot attach them. */
static int check_fentry(void)
{
	struct a4t_error error;

	if (!tracefs_has(FUNCTION_TRACER))
		return -EOPNOTSUPP;
	return fentry_allowed() ? check_attach(&rungs[A4T_PROBE_FENTRY - A4T_PROBE_KPROBE], &error) : -EPERM;
}

int a4t_check_hook(int32_t hook)
{
	switch (hook) {
	case A4T_HOOK_TRACEPOINTS:
		return check_tracepoints();
	case A4T_HOOK_SOCK_GRAFT:
		return check_kprobe(CONNECTION_FUNCTION);
	case A4T_HOOK_SOCKET_ACCEPT:
		return check_kprobe(LISTENER_FUNCTION);
	case A4T_HOOK_UNIX_CONNECT:
		return check_kprobe(UNIX_FUNCTION);
	case A4T_HOOK_FENTRY:
		return check_fentry();
	case A4T_HOOK_FD_INSTALL:
		return check_kprobe(INSTALL_FUNCTION);
	default:
		return -EINVAL;
	}
}

int a4t_check_load(struct a4t_error *error)
{
	struct a4t session = {};
	const struct rung *rung = next_rung(&session, A4T_PROBE_AUTO, NULL);
	int err = check_load(rung, error);

	while (err && (rung = next_rung(&session, A4T_PROBE_AUTO, rung)))
		err = check_load(rung, error);
	return err;
}
