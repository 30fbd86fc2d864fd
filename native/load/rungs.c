/* SPDX-License-Identifier: MIT */
#include "load/rungs.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>
#include "base/error.h"
#include "base/messages.h"
#include "load/attach.h"
#include "load/hooks.h"
#include "load/maps.h"
#include "load/tracepoint.h"
#include "load/unix_waits.h"
#include "state.h"

/* A file in tracefs that exists if the kernel has the function tracer, which fentry needs. */
#define FUNCTION_TRACER "available_filter_functions"
/*
 * The maximum number of pending AF_UNIX connections whose waits are measured, on the whole machine. If there
 * are more, the oldest ones are shown without wait=.
 */
#define UNIX_WAITING 8192

struct hook {
	int link;
	const char *function;
};

/* The hooks of a rung, in addition to those on system calls. */
struct rung {
	const char *label;
	int (*check)(void); /* returns 0 if the kernel seems to allow the rung, else a negative errno */
	const char *needs;
	struct hook hooks[2];
	int hook_count;
	struct hook unix_connect; /* best effort: measures how long AF_UNIX connections wait */
};

/*
 * Tries to load a program without a target function. This always fails: with EPERM if fentry programs are not
 * allowed, else with EINVAL (bpf_check_attach_target() in kernel/bpf/verifier.c). It is much cheaper than
 * loading our programs.
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

int check_fentry(void)
{
	int err = find_in_tracefs(FUNCTION_TRACER);

	if (err)
		return err == -ENOENT ? -EOPNOTSUPP : err;
	return fentry_allowed() ? 0 : -EPERM;
}

static int check_kprobes(void)
{
	return kprobes_available() ? 0 : -EOPNOTSUPP;
}

static int check_nothing(void)
{
	return 0;
}

/* In the order of enum a4t_probe, beginning with A4T_PROBE_KPROBE. The last one is not part of the ladder. */
static const struct rung rungs[] = {
	{"tracepoint+kprobe",
	 check_kprobes,
	 "kprobes",
	 {{LINK_LISTENER_KPROBE, LISTENER_FUNCTION}, {LINK_CONNECTION_KPROBE, CONNECTION_FUNCTION}},
	 2,
	 {LINK_UNIX_KPROBE, UNIX_FUNCTION}},
	{"tracepoint+fentry",
	 check_fentry,
	 "fentry",
	 {{LINK_LISTENER_FENTRY, LISTENER_FUNCTION}, {LINK_CONNECTION_FENTRY, CONNECTION_FUNCTION}},
	 2,
	 {LINK_UNIX_FENTRY, UNIX_FUNCTION}},
	{"tracepoint+fd_install",
	 check_kprobes,
	 "kprobes",
	 {{LINK_LISTENER_KPROBE, LISTENER_FUNCTION}, {LINK_CONNECTION_INSTALL, INSTALL_FUNCTION}},
	 2,
	 {LINK_UNIX_KPROBE, UNIX_FUNCTION}},
	{.label = "tracepoint", .check = check_nothing},
	{"fentry",
	 check_fentry,
	 "fentry",
	 {{LINK_LISTENER_FENTRY, LISTENER_FUNCTION}, {LINK_CONNECTION_FENTRY, CONNECTION_FUNCTION}},
	 2,
	 {LINK_UNIX_FENTRY, UNIX_FUNCTION}},
};

#define RUNGS (sizeof(rungs) / sizeof(rungs[0]))

const char *rung_label(const struct rung *rung)
{
	return rung->label;
}

enum a4t_probe rung_probe(const struct rung *rung)
{
	return (enum a4t_probe)(A4T_PROBE_KPROBE + (rung - rungs));
}

bool is_lowest(const struct rung *rung)
{
	return rung_probe(rung) == A4T_PROBE_TRACEPOINT;
}

bool sees_calls_by_fentry(const struct rung *rung)
{
	return rung_probe(rung) == A4T_PROBE_FENTRY;
}

static bool is_wanted(const struct rung *rung, uint32_t wanted)
{
	return wanted == rung_probe(rung) || (wanted == A4T_PROBE_AUTO && !sees_calls_by_fentry(rung));
}

/* Keeps only the first reason, which is about the best rung. */
void step_down(struct a4t *session, const char *why, int err)
{
	char line[sizeof(session->hooks.note)];

	snprintf(line, sizeof(line), "%s%s%s", why, err ? ": " : "", err ? strerror(-err) : "");
	note("%s", line);
	if (!session->hooks.note[0])
		memcpy(session->hooks.note, line, sizeof(line));
}

static void skip_rung(struct a4t *session, const struct rung *rung, int err)
{
	bool absent = err == -EOPNOTSUPP;
	char why[64];

	snprintf(why, sizeof(why), "%s %s", absent ? "this kernel has no" : "no", rung->needs);
	step_down(session, why, absent ? 0 : err);
	if (!session->hooks.unavailable)
		session->hooks.unavailable = err;
}

const struct rung *next_rung(struct a4t *session, uint32_t wanted, const struct rung *after)
{
	for (const struct rung *rung = after ? after + 1 : rungs; rung < rungs + RUNGS; rung++) {
		int err;

		if (!is_wanted(rung, wanted))
			continue;
		err = rung->check();
		if (!err)
			return rung;
		skip_rung(session, rung, err);
	}
	return NULL;
}

/* Whether the session measures the waits of AF_UNIX connections on this rung. */
static bool has_unix_waits(const struct a4t *session, const struct rung *rung)
{
	return rung->unix_connect.function && session->wanted.unix_listeners;
}

void choose_programs(struct a4t *session, const struct rung *rung)
{
	for (int link = LINK_LISTENER_KPROBE; link <= LINK_UNIX_FENTRY; link++)
		choose(session, link, false);
	for (int i = 0; i < rung->hook_count; i++)
		choose(session, rung->hooks[i].link, true);
	session->skel->rodata->has_connection_hook = rung->hook_count > 0;
	if (has_unix_waits(session, rung)) {
		choose(session, rung->unix_connect.link, true);
		set_lru_entries(session->skel->maps.unix_ready, UNIX_WAITING);
	}
}

/*
 * The hooks of unix_waits.h are attached first, so that they see the whole wait of each connection that
 * `hook` sees.
 */
static void attach_unix_connect(struct a4t *session, const struct hook *hook)
{
	int err;

	attach_unix_waits(session);
	err = attach_function(session, hook->link, hook->function);
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
	if (has_unix_waits(session, rung))
		attach_unix_connect(session, &rung->unix_connect);
	return 0;
}
