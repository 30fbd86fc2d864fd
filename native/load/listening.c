/* SPDX-License-Identifier: MIT */
#include "load/listening.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include "base/messages.h"
#include "load/attach.h"
#include "load/extract.h"
#include "load/hooks.h"
#include "load/rungs.h"
#include "state.h"

#define LISTEN_TRACEPOINT "sys_exit_listen"

static bool is_wanted(const struct a4t *session)
{
	return session->wanted.calls & A4T_CALL_REFUSED ||
	       (session->wanted.calls & A4T_CALL_CLOSED && session->wanted.unix_listeners);
}

void choose_listening(struct a4t *session, const struct kernel_types *types, const struct rung *rung)
{
	bool by_fentry = sees_calls_by_fentry(rung);

	choose(session, LINK_LISTEN_EXIT, is_wanted(session) && !by_fentry);
	choose(session, LINK_LISTEN_FEXIT,
	       is_wanted(session) && by_fentry && types->functions[FUNCTION_LISTEN]);
}

void attach_listening(struct a4t *session, const struct rung *rung)
{
	bool by_fentry = sees_calls_by_fentry(rung);
	const char *name = by_fentry ? LISTEN_FUNCTION : LISTEN_TRACEPOINT;
	struct a4t_error error;
	int err = -ENOENT;

	if (session->hooks.refusals == A4T_COVERAGE_NONE &&
	    session->hooks.unix_refusals == A4T_COVERAGE_NONE &&
	    session->hooks.unix_closings == A4T_COVERAGE_NONE)
		return;
	if (!by_fentry)
		err = attach_tracepoint(&session->hooks.links[LINK_LISTEN_EXIT],
					program_of(session, LINK_LISTEN_EXIT), LISTEN_TRACEPOINT, &error);
	else if (is_chosen(session, LINK_LISTEN_FEXIT))
		err = attach_function(session, LINK_LISTEN_FEXIT, LISTEN_FUNCTION);
	if (err)
		note("attach to %s: %s", name, strerror(-err));
}
