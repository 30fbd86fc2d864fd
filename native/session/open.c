/* SPDX-License-Identifier: MIT */
/* Opens and closes sessions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "base/messages.h"
#include "events/batch.h"
#include "events/silence.h"
#include "events/wakeup.h"
#include "load/cgroup.h"
#include "load/closings.h"
#include "load/hand_over.h"
#include "load/hooks.h"
#include "load/listening.h"
#include "load/prepare.h"
#include "load/object.h"
#include "load/programs.h"
#include "load/proof.h"
#include "load/refusals.h"
#include "load/refused_unix.h"
#include "load/rungs.h"
#include "load/turned_away.h"
#include "load/walks.h"
#include "process/guard.h"
#include "process/inheritance.h"
#include "process/signals.h"
#include "state.h"
#include "targets/targets.h"

static int try_rung(struct a4t *session, const struct a4t_config *config, const struct rung *rung,
		    struct a4t_error *error)
{
	int err = 0;

	capture_libbpf_messages();
	if (!take_prepared(session, config, rung))
		err = load_programs(session, config, rung, error);
	if (err)
		return err;
	session->skel->bss->cgroups_wanted = config->cgroups;
	err = set_cgroup(session, error);
	if (err)
		return err;
	err = open_batch(session);
	if (!err)
		err = open_wakeups(session, config);
	if (err)
		return fail(error, err, "open the ring buffer");
	err = attach_rung(session, rung, error);
	if (!err)
		err = attach_calls(session, error);
	if (!err)
		err = attach_turned_away(session, error);
	if (!err)
		err = attach_closings(session, error);
	if (!err)
		err = session->hooks.task_walk = attach_walk(session->skel->progs.walk_task, error);
	if (err < 0)
		return err;
	attach_refusals(session, rung);
	attach_refused_unix(session);
	attach_listening(session, rung);
	return prove_hooks(session, rung, error);
}

static void undo(struct a4t *session)
{
	detach_hooks(session);
	close_wakeups(session);
	close_batch(session);
	accept4_trace__destroy(session->skel);
	session->skel = NULL;
}

/* Reports that no requested rung is available. -EACCES means that tracefs, which shows whether fentry exists,
 * is not readable.
 */
static int fail_without_rung(const struct a4t *session, struct a4t_error *error)
{
	int err = session->hooks.unavailable;
	enum a4t_failure failure = err == -EACCES ? A4T_FAILURE_TRACEPOINT : A4T_FAILURE_OTHER;

	fail_as(failure, error, err, "attach the requested hooks");
	snprintf(error->detail, sizeof(error->detail), "%s", err == -EOPNOTSUPP ? session->hooks.note : "");
	return err;
}

/*
 * Tries the rungs from the highest to the lowest until one works. If none works, reports the failure of the
 * last one.
 */
static int start(struct a4t *session, const struct a4t_config *config, struct a4t_error *error)
{
	const struct rung *rung = NULL;
	bool tried = false;
	int err = 0;

	while ((rung = next_rung(session, config->probe, rung))) {
		tried = true;
		err = try_rung(session, config, rung, error);
		if (!err) {
			session->hooks.probe = rung_probe(rung);
			open_switches(session);
			note("hooks: %s", rung_label(rung));
			/* Discard warnings about higher rungs, which do not explain a later failure. */
			capture_libbpf_messages();
			return 0;
		}
		step_down(session, error->stage, err);
		undo(session);
	}
	return tried ? err : fail_without_rung(session, error);
}

struct a4t *a4t_open(const struct a4t_config *config, struct a4t_error *error)
{
	struct a4t *session = calloc(1, sizeof(*session));

	*error = (struct a4t_error){};
	if (!session) {
		fail(error, ENOMEM, "open a session");
		return NULL;
	}
	session->events.epoll_fd = -1;
	session->events.wake_fd = -1;
	for (int at = 0; at < SWITCHES; at++)
		session->events.switches[at] = -1;
	session->hooks.task_walk = -1;
	session->hooks.held_walk = -1;
	session->wanted.cgroup = -1;
	end_preparation();
	note_locked_memory();
	be_verbose(config->verbose);
	if (find_cgroup(session, config, error) || start(session, config, error)) {
		a4t_close(session);
		return NULL;
	}
	give_back_memory();
	return session;
}

void a4t_close(struct a4t *session)
{
	int outliving;

	if (!session)
		return;
	release_signals(session);
	end_guarded(session);
	outliving = hand_over_links(session);
	close_switches(session);
	close_targets(session);
	undo(session);
	if (session->wanted.cgroup >= 0)
		close(session->wanted.cgroup);
	free(session);
	if (outliving >= 0)
		close(outliving);
}

int a4t_hooks(const struct a4t *session)
{
	return session->hooks.probe;
}

int a4t_slows_others(const struct a4t *session)
{
	return slows_system_calls(session);
}

int a4t_sees_refusals(const struct a4t *session)
{
	return session->hooks.refusals;
}

int a4t_sees_unix_refusals(const struct a4t *session)
{
	return session->hooks.unix_refusals;
}

int a4t_sees_closings(const struct a4t *session)
{
	return session->hooks.closings;
}

int a4t_sees_unix_closings(const struct a4t *session)
{
	return session->hooks.unix_closings;
}

const char *a4t_hooks_note(const struct a4t *session)
{
	return session->hooks.note;
}
