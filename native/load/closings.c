/* SPDX-License-Identifier: MIT */
#include "load/closings.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include "base/error.h"
#include "base/messages.h"
#include "load/attach.h"
#include "load/extract.h"
#include "load/hooks.h"
#include "load/maps.h"
#include "load/walks.h"
#include "state.h"

/* The maximum number of known listening sockets of targets. The least recently used ones are forgotten. */
#define LISTENERS_HELD 4096
/* The maximum number of targets that end at the same time. */
#define TARGETS_ENDING 1024
/* The maximum number of tasks that close a listener at the same time. */
#define CLOSINGS 1024

static const struct {
	int link;
	const char *tracepoint;
	bool optional;
} points[] = {
	{LINK_SOCKET_DESTROYED, "tcp_destroy_sock", false},
	{LINK_SOCKET_ERROR, "inet_sk_error_report", true}, /* since Linux 5.14 */
	{LINK_SOCKET_STATE, "inet_sock_set_state", false},
};

#define POINTS (sizeof(points) / sizeof(points[0]))

static bool is_wanted(const struct a4t *session)
{
	return session->wanted.calls & A4T_CALL_CLOSED;
}

static bool is_tcp_wanted(const struct a4t *session)
{
	return is_wanted(session) && session->wanted.tcp_listeners;
}

static bool is_unix_wanted(const struct a4t *session)
{
	return is_wanted(session) && session->wanted.unix_listeners;
}

int configure_closings(struct a4t *session, const struct kernel_types *types)
{
	struct accept4_trace *skel = session->skel;
	int err;

	for (size_t i = 0; i < POINTS; i++)
		choose(session, points[i].link, is_tcp_wanted(session));
	bpf_program__set_autoload(skel->progs.walk_held, is_wanted(session));
	choose(session, LINK_UNIX_RELEASED, is_unix_wanted(session) && kprobes_available());
	choose(session, LINK_UNIX_DROPPED,
	       is_unix_wanted(session) && !kprobes_available() && types->unix_listener);
	if (!is_wanted(session))
		return 0;
	err = set_lru_entries(skel->maps.held_listeners, LISTENERS_HELD);
	if (!err)
		err = set_lru_entries(skel->maps.held_unix_listeners, LISTENERS_HELD);
	if (!err)
		err = set_lru_entries(skel->maps.held_addresses, LISTENERS_HELD);
	if (!err)
		err = set_lru_entries(skel->maps.ended_targets, TARGETS_ENDING);
	return err ? err : bpf_map__set_max_entries(skel->maps.closings, CLOSINGS);
}

/* Returns 0 or a negative errno. */
static int attach_unix_program(struct a4t *session)
{
	struct bpf_link **links = session->hooks.links;

	if (kprobes_available())
		return attach_function(session, LINK_UNIX_RELEASED, UNIX_CLOSED_FUNCTION);
	if (!is_chosen(session, LINK_UNIX_DROPPED))
		return -EOPNOTSUPP;
	links[LINK_UNIX_DROPPED] =
		bpf_program__attach_raw_tracepoint(session->skel->progs.unix_dropped, "kfree_skb");
	return links[LINK_UNIX_DROPPED] ? 0 : -errno;
}

/* Best effort: without these programs, a session still sees closed TCP listeners. */
static void attach_unix(struct a4t *session)
{
	int err = attach_unix_program(session);

	session->hooks.unix_closings = err ? A4T_COVERAGE_NONE : A4T_COVERAGE_ALL;
	if (err)
		note("closed AF_UNIX listeners are not seen: %s", strerror(-err));
}

/*
 * inet_sock_set_state is attached last, because its program begins closings. The programs on the other
 * tracepoints, which end closings, must be attached by then.
 */
static int attach_tcp(struct a4t *session, struct a4t_error *error)
{
	for (size_t i = 0; i < POINTS; i++) {
		struct bpf_link **link = &session->hooks.links[points[i].link];

		*link = bpf_program__attach_raw_tracepoint(program_of(session, points[i].link),
							   points[i].tracepoint);
		if (!*link && !(points[i].optional && errno == ENOENT))
			return fail(error, errno, "attach to %s", points[i].tracepoint);
	}
	session->hooks.closings = A4T_COVERAGE_ALL;
	return 0;
}

int attach_closings(struct a4t *session, struct a4t_error *error)
{
	int walk, err = 0;

	session->hooks.closings = A4T_COVERAGE_NONE;
	session->hooks.unix_closings = A4T_COVERAGE_NONE;
	if (!is_wanted(session))
		return 0;
	if (is_tcp_wanted(session))
		err = attach_tcp(session, error);
	if (err)
		return err;
	if (is_unix_wanted(session))
		attach_unix(session);
	walk = attach_walk(session->skel->progs.walk_held, error);
	session->hooks.held_walk = walk;
	return walk < 0 ? walk : 0;
}
