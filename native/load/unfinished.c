/* SPDX-License-Identifier: MIT */
#include "load/unfinished.h"
#include <pthread.h>
#include <stdlib.h>
#include "base/messages.h"
#include "load/attach.h"
#include "state.h"

struct exits {
	struct bpf_link *accept4, *accept;
};

static void *detach_exits(void *taken)
{
	struct exits *exits = taken;

	detach(&exits->accept4);
	detach(&exits->accept);
	free(exits);
	return NULL;
}

static void detach_in_background(struct exits *exits)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, detach_exits, exits))
		detach_exits(exits);
	else
		pthread_detach(thread);
}

/*
 * announce_calls() only counts calls of targets in `unfinished_calls`. So before the session has targets, a 0
 * does not show that no call is unfinished.
 */
static bool has_targets(const struct a4t *session)
{
	return session->targets.count || session->skel->bss->trace_all;
}

/*
 * If the map `calls` was ever full, calls may be in progress that have no entry, and that `unfinished_calls`
 * does not count.
 */
static bool are_needed(const struct a4t *session)
{
	return __atomic_load_n(&session->skel->bss->unfinished_calls, __ATOMIC_RELAXED) > 0 ||
	       session->skel->bss->entry_ever_lost;
}

void detach_unneeded_exits(struct a4t *session)
{
	struct bpf_link **links = session->hooks.links;
	struct exits *exits;

	if (!links[LINK_UNFINISHED_EXIT] || !has_targets(session) || are_needed(session))
		return;
	exits = malloc(sizeof(*exits));
	if (!exits)
		return;
	*exits = (struct exits){links[LINK_UNFINISHED_EXIT], links[LINK_UNFINISHED_ACCEPT_EXIT]};
	links[LINK_UNFINISHED_EXIT] = NULL;
	links[LINK_UNFINISHED_ACCEPT_EXIT] = NULL;
	note("detaching the exit tracepoints: no call from before the start is left");
	detach_in_background(exits);
}
