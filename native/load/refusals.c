/* SPDX-License-Identifier: MIT */
#include "load/refusals.h"
#include <errno.h>
#include <string.h>
#include "base/messages.h"
#include "load/attach.h"
#include "load/extract.h"
#include "load/hooks.h"
#include "load/rungs.h"
#include "state.h"

/* The functions that refuse packets, in the order of LINK_SYN_..., LINK_ACK_... and LINK_ACK6_... */
static const struct {
	const char *name;
	enum kernel_function id;
} functions[] = {
	{SYN_FUNCTION, FUNCTION_SYN},
	{ACK_FUNCTION, FUNCTION_ACK},
	{ACK6_FUNCTION, FUNCTION_ACK6},
};

enum { SYN, ACK, ACK6, FUNCTIONS_HOOKED };

static bool are_wanted(const struct a4t *session)
{
	return session->wanted.calls & A4T_CALL_REFUSED && session->wanted.tcp_listeners;
}

/*
 * Returns the link of the first function, or -1 if the rung has no hooks on kernel functions. Uses kprobes
 * even if the kernel has fentry, because fentry cannot be attached to ACK_FUNCTION on Linux 6.1.
 */
static int first_link(const struct rung *rung)
{
	if (is_lowest(rung))
		return -1;
	return rung_probe(rung) == A4T_PROBE_TRACEPOINT_FENTRY || sees_calls_by_fentry(rung)
		       ? LINK_SYN_FENTRY
		       : LINK_SYN_KPROBE;
}

/*
 * With fentry, requires that the function exists, because an fentry program for a missing function would keep
 * all other programs from loading.
 */
static bool can_load(const struct kernel_types *types, int link, int function)
{
	return link != LINK_SYN_FENTRY || types->functions[functions[function].id];
}

/*
 * Chooses one of packet_dropped(), which requires a drop reason for a full accept queue, and
 * synack_repeated(), which does nothing on kernels that have this reason. Chooses both if the types of the
 * kernel are unknown.
 */
static void choose_tracepoints(struct a4t *session, const struct kernel_types *types)
{
	bool known = types->fd >= 0;

	choose(session, LINK_PACKET_DROPPED, are_wanted(session) && (types->overflow_reason || !known));
	choose(session, LINK_SYNACK_REPEATED, are_wanted(session) && !types->overflow_reason);
}

void choose_refusals(struct a4t *session, const struct kernel_types *types, const struct rung *rung)
{
	int first = first_link(rung);

	for (int link = LINK_SYN_KPROBE; link <= LINK_ACK6_FENTRY; link++)
		choose(session, link, false);
	for (int i = 0; first >= 0 && are_wanted(session) && i < FUNCTIONS_HOOKED; i++)
		choose(session, first + i, can_load(types, first, i));
	choose_tracepoints(session, types);
}

static int attach_if_loaded(struct a4t *session, int link, const char *function)
{
	return is_chosen(session, link) ? attach_function(session, link, function) : -ENOENT;
}

static int attach_refusing(struct a4t *session, int first, int function)
{
	int link = first + function, err = attach_if_loaded(session, link, functions[function].name);

	if (err)
		note("refusals: attach to %s: %s", functions[function].name, strerror(-err));
	return err;
}

/* For the last function, -ENOENT is not an error: a kernel without IPv6 does not have it. */
static bool attach_to_functions(struct a4t *session, int first)
{
	int err = attach_refusing(session, first, SYN);

	if (!err)
		err = attach_refusing(session, first, ACK);
	if (!err) {
		err = attach_refusing(session, first, ACK6);
		err = err == -ENOENT ? 0 : err;
	}
	for (int i = 0; err && i < FUNCTIONS_HOOKED; i++)
		detach(&session->hooks.links[first + i]);
	return !err;
}

static bool attach_raw(struct a4t *session, int link, const char *name)
{
	if (!is_chosen(session, link))
		return false;
	session->hooks.links[link] = bpf_program__attach_raw_tracepoint(program_of(session, link), name);
	if (!session->hooks.links[link])
		note("refusals: attach to %s: %s", name, strerror(errno));
	return session->hooks.links[link];
}

/* One of the two programs is enough: see choose_tracepoints(). Kernels before 6.11 reject packet_dropped().
 */
static bool attach_to_tracepoints(struct a4t *session)
{
	bool dropped = attach_raw(session, LINK_PACKET_DROPPED, "kfree_skb");

	return attach_raw(session, LINK_SYNACK_REPEATED, "tcp_retransmit_synack") || dropped;
}

void attach_refusals(struct a4t *session, const struct rung *rung)
{
	int first = first_link(rung);

	session->hooks.refusals = A4T_COVERAGE_NONE;
	if (!are_wanted(session))
		return;
	if (first >= 0 && attach_to_functions(session, first))
		session->hooks.refusals = A4T_COVERAGE_ALL;
	else if (attach_to_tracepoints(session))
		session->hooks.refusals = A4T_COVERAGE_SOME;
}
