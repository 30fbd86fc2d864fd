/* SPDX-License-Identifier: MIT */
#include "load/turned_away.h"
#include <errno.h>
#include "base/error.h"
#include "load/hooks.h"
#include "load/maps.h"
#include "state.h"

/* The maximum number of connections that are watched at the same time on the whole machine. */
#define WATCHED 16384

void choose_turned_away(struct a4t *session)
{
	struct accept4_trace *skel = session->skel;

	skel->rodata->turned_away_wanted = session->wanted.turned_away;
	choose(session, LINK_CONNECTION_ENDS, session->wanted.turned_away);
	if (session->wanted.turned_away)
		set_lru_entries(skel->maps.accepted_sockets, WATCHED);
}

int attach_turned_away(struct a4t *session, struct a4t_error *error)
{
	struct bpf_program *program = program_of(session, LINK_CONNECTION_ENDS);

	if (!session->wanted.turned_away)
		return 0;
	session->hooks.links[LINK_CONNECTION_ENDS] =
		bpf_program__attach_raw_tracepoint(program, "inet_sock_set_state");
	return session->hooks.links[LINK_CONNECTION_ENDS]
		       ? 0
		       : fail(error, errno, "attach to sock:inet_sock_set_state");
}
