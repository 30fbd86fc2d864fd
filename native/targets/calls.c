/* SPDX-License-Identifier: MIT */
#include "targets/calls.h"
#include <errno.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "base/error.h"
#include "events/losses.h"
#include "state.h"

/* Runs the BPF program of an iterator, which outputs no bytes. */
static int run_walk(int link)
{
	int iterator = bpf_iter_create(link);
	char nothing[1];
	ssize_t count;

	if (iterator < 0)
		return iterator;
	do
		count = read(iterator, nothing, sizeof(nothing));
	while (count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN)));
	close(iterator);
	return count < 0 ? -errno : 0;
}

/* Walks over all tasks. */
static int walk(struct a4t *session, uint32_t purpose)
{
	session->skel->bss->walk_purpose = purpose;
	return run_walk(session->hooks.task_walk);
}

void require_announcement(struct a4t *session)
{
	session->skel->bss->calls_announced = false;
	session->targets.announce_due = true;
}

int announce_calls(struct a4t *session)
{
	int err;

	if (!session->targets.announce_due)
		return 0;
	err = walk(session, WALK_ANNOUNCE);
	if (!err && session->hooks.held_walk >= 0)
		err = run_walk(session->hooks.held_walk);
	if (err)
		return err;
	session->targets.announce_due = false;
	session->skel->bss->calls_announced = true;
	return 0;
}

int a4t_find_calls_in_progress(struct a4t *session, struct a4t_error *error)
{
	int err = announce_calls(session);

	return err ? fail(error, err, "find the calls in progress") : 0;
}

void mark_skipped_exits(struct a4t *session)
{
	if (has_skipped_exits(session))
		walk(session, WALK_MARK);
}

void report_skipped_exits(struct a4t *session)
{
	if (has_skipped_exits(session))
		walk(session, WALK_REPORT);
}
