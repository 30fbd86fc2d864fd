/* SPDX-License-Identifier: MIT */
#include "load/refused_unix.h"
#include <errno.h>
#include <string.h>
#include <bpf/bpf.h>
#include "base/messages.h"
#include "load/attach.h"
#include "load/extract.h"
#include "load/hooks.h"
#include "load/maps.h"
#include "load/rungs.h"
#include "load/unix_exits.h"
#include "state.h"

#define CONNECT_TRACEPOINT "sys_exit_connect"
/* The maximum number of connects in progress whose listeners are known, on the whole machine. */
#define CONNECTS 8192

static bool is_wanted(const struct a4t *session)
{
	return session->wanted.calls & A4T_CALL_REFUSED && session->wanted.unix_listeners;
}

/*
 * Whether the kernel has unix_find_other() and unix_stream_connect(), with arguments that the programs
 * understand. A program for a missing function would keep all other programs from loading.
 */
static bool can_load_exits(const struct kernel_types *types, const struct rung *rung)
{
	__u32 arguments = types->find_other_args;

	return !is_lowest(rung) && types->functions[FUNCTION_UNIX_FIND_OTHER] &&
	       types->functions[FUNCTION_UNIX_STREAM_CONNECT] && arguments >= 4 && arguments <= 6 &&
	       !check_fentry();
}

int configure_refused_unix(struct a4t *session, const struct kernel_types *types, const struct rung *rung)
{
	struct accept4_trace *skel = session->skel;
	bool exits = is_wanted(session) && can_load_exits(types, rung);

	skel->rodata->find_other_arguments = types->find_other_args;
	choose(session, LINK_UNIX_FOUND, exits);
	choose(session, LINK_UNIX_CONNECTED, exits);
	/*
	 * A tracepoint of a system call slows down every process. So this one is only used if the hooks on
	 * accept are on such tracepoints, too.
	 */
	choose(session, LINK_CONNECT_EXIT, is_wanted(session) && !sees_calls_by_fentry(rung));
	return exits ? set_lru_entries(skel->maps.unix_connects, CONNECTS) : 0;
}

/* First attaches the program that removes entries from `unix_connects`, then the one that adds them. */
static bool attach_exits(struct a4t *session)
{
	struct bpf_link **links = session->hooks.links;
	int err = -EOPNOTSUPP;

	if (is_chosen(session, LINK_UNIX_CONNECTED))
		err = attach_function(session, LINK_UNIX_CONNECTED, STREAM_CONNECT_FUNCTION);
	if (!err)
		err = attach_function(session, LINK_UNIX_FOUND, FIND_OTHER_FUNCTION);
	if (err) {
		note("listeners that refuse AF_UNIX clients are known by name only: %s", strerror(-err));
		detach(&links[LINK_UNIX_CONNECTED]);
	}
	return !err;
}

static bool attach_connect(struct a4t *session)
{
	struct a4t_error error;
	int err = -EOPNOTSUPP;

	if (is_chosen(session, LINK_CONNECT_EXIT))
		err = attach_tracepoint(&session->hooks.links[LINK_CONNECT_EXIT],
					program_of(session, LINK_CONNECT_EXIT), CONNECT_TRACEPOINT, &error);
	if (err)
		note("refused AF_UNIX clients are not seen: attach to %s: %s", CONNECT_TRACEPOINT,
		     strerror(-err));
	return !err;
}

void attach_refused_unix(struct a4t *session)
{
	session->hooks.unix_refusals = A4T_COVERAGE_NONE;
	if (!is_wanted(session))
		return;
	if (attach_exits(session))
		session->hooks.unix_refusals = A4T_COVERAGE_ALL;
	else if (attach_connect(session))
		session->hooks.unix_refusals = A4T_COVERAGE_SOME;
}
