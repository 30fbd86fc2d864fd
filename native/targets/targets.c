/* SPDX-License-Identifier: MIT */
#include "targets/targets.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "base/error.h"
#include "events/clock.h"
#include "events/losses.h"
#include "events/wakeup.h"
#include "state.h"
#include "targets/calls.h"
#include "targets/pidfd.h"

static void start_live_events(struct a4t *session)
{
	if (session->skel->bss->live_since_ns)
		return;
	/*
	 * The proof call (load/proof.h) has postponed wake-ups, but the first event of a target must wake
	 * the reader.
	 */
	session->skel->bss->awake_until_ns = 0;
	session->skel->bss->live_since_ns = monotonic_ns();
}

/* Values of the map `targets`, as in maps.bpf.h: named by a4t_trace_process(), or a followed child. */
enum { NAMED = 1, FORKED = 2 };

int set_target(struct a4t *session, uint32_t tgid, bool on)
{
	int map = bpf_map__fd(session->skel->maps.targets);
	uint8_t named = NAMED;

	return on ? bpf_map_update_elem(map, &tgid, &named, BPF_NOEXIST) : bpf_map_delete_elem(map, &tgid);
}

/* Held while targets are moved from the map to `stopped`. */
static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;

static bool was_target(const struct a4t *session, uint32_t tgid)
{
	for (uint32_t i = 0; i < session->targets.stopped_count; i++)
		if (session->targets.stopped[i] == tgid)
			return true;
	return session->targets.stopped_all;
}

int a4t_is_target(const struct a4t *session, int32_t tgid)
{
	uint32_t key = tgid;
	uint8_t how;
	bool is;

	pthread_mutex_lock(&stop_lock);
	is = session->skel->bss->trace_all || was_target(session, key) ||
	     !bpf_map_lookup_elem(bpf_map__fd(session->skel->maps.targets), &key, &how);
	pthread_mutex_unlock(&stop_lock);
	return is;
}

static struct process *add_process(struct a4t *session, uint32_t tgid, int pidfd)
{
	size_t size = (session->targets.count + 1) * sizeof(struct process);
	struct process *processes = realloc(session->targets.processes, size);

	if (!processes)
		return NULL;
	session->targets.processes = processes;
	processes[session->targets.count] = (struct process){.tgid = tgid, .pidfd = pidfd};
	session->targets.alive++;
	return &processes[session->targets.count++];
}

static void forget_last_process(struct a4t *session)
{
	close(session->targets.processes[--session->targets.count].pidfd);
	session->targets.alive--;
}

/* How process `tgid` became a target: NAMED, FORKED, or 0 if it is not a target. */
static uint8_t how_traced(struct a4t *session, uint32_t tgid)
{
	uint8_t how;

	return bpf_map_lookup_elem(bpf_map__fd(session->skel->maps.targets), &tgid, &how) ? 0 : how;
}

/*
 * Whether another entry has the same id, because the process was named twice or a second process reuses the
 * id.
 */
static bool is_named_elsewhere(const struct a4t *session, uint32_t index)
{
	const struct process *processes = session->targets.processes;

	for (uint32_t other = 0; other < session->targets.count; other++)
		if (other != index && processes[other].tgid == processes[index].tgid &&
		    processes[other].pidfd >= 0)
			return true;
	return false;
}

/*
 * The programs delete a process from the map when it ends, before its pidfd becomes readable, unless the
 * kernel has skipped them. So delete it here, too, but only if the entry is its own: a followed child or
 * another named process may have reused the id.
 */
void process_ended(struct a4t *session, uint32_t index)
{
	struct process *process = &session->targets.processes[index];

	if (how_traced(session, process->tgid) == NAMED && !is_named_elsewhere(session, index))
		set_target(session, process->tgid, false);
	close(process->pidfd);
	process->pidfd = -1;
	session->targets.alive--;
}

int a4t_trace_process(struct a4t *session, int32_t tgid, struct a4t_error *error)
{
	int pidfd = open_process(tgid), err;

	if (pidfd < 0)
		return fail(error, pidfd, "trace process %d", tgid);
	if (!add_process(session, tgid, pidfd)) {
		close(pidfd);
		return fail(error, ENOMEM, "trace process %d", tgid);
	}
	start_live_events(session);
	require_announcement(session);
	err = set_target(session, tgid, true);
	if (err == -EEXIST && how_traced(session, tgid) == FORKED) {
		/* The programs already followed this child before it was named. */
		forget_last_process(session);
		return 0;
	}
	/*
	 * The id was named before, for this process or for one that has ended since. Keep both entries: the
	 * trace ends only after the pidfds of both have reported the end.
	 */
	if (err == -EEXIST)
		err = 0;
	if (!err)
		err = watch(session, pidfd, EPOLLIN, WATCH_PROCESS, session->targets.count - 1);
	if (!err)
		return 0;
	/* Without the watch, the end of the process would go unnoticed, and the trace would never end. */
	process_ended(session, session->targets.count - 1);
	return fail(error, err, "trace process %d", tgid);
}

int a4t_trace_all(struct a4t *session)
{
	start_live_events(session);
	require_announcement(session);
	session->skel->bss->trace_all = true;
	return 0;
}

/* If there is no memory, a4t_is_target() will return 0 for the process. */
static void remember_stopped(struct a4t *session, uint32_t tgid)
{
	size_t size = (session->targets.stopped_count + 1) * sizeof(tgid);
	uint32_t *stopped = realloc(session->targets.stopped, size);

	if (!stopped)
		return;
	session->targets.stopped = stopped;
	stopped[session->targets.stopped_count++] = tgid;
}

/*
 * Deletes all entries of the map, rather than those of `processes`, which do not include followed children.
 * Once their parents are deleted, no new children appear.
 */
static void stop_targets(struct a4t *session)
{
	int targets = bpf_map__fd(session->skel->maps.targets);
	uint32_t tgid;

	while (!bpf_map_get_next_key(targets, NULL, &tgid)) {
		int err = bpf_map_delete_elem(targets, &tgid);

		/* -ENOENT: the programs have deleted the entry meanwhile. */
		if (err && err != -ENOENT && err != -EBUSY)
			break;
		if (!err)
			remember_stopped(session, tgid);
	}
}

void a4t_stop(struct a4t *session)
{
	mark_skipped_exits(session);
	pthread_mutex_lock(&stop_lock);
	session->targets.stopped_all |= session->skel->bss->trace_all;
	session->skel->bss->stopped = true;
	session->skel->bss->trace_all = false;
	stop_targets(session);
	pthread_mutex_unlock(&stop_lock);
	report_skipped_exits(session);
}

/* Whoever deletes a FORKED entry, the programs or the library, decrements `forked_alive`. */
static void forget_if_ended(struct a4t *session, uint32_t tgid)
{
	if (how_traced(session, tgid) == FORKED && !is_alive(tgid) && !set_target(session, tgid, false))
		__atomic_fetch_sub(&session->skel->bss->forked_alive, 1, __ATOMIC_RELAXED);
}

void forget_ended_children(struct a4t *session)
{
	int targets = bpf_map__fd(session->skel->maps.targets);
	uint32_t tgid, next;
	int err = bpf_map_get_next_key(targets, NULL, &next);

	while (!err) {
		tgid = next;
		/*
		 * Get the next key before the deletion: after a deleted key, the iteration would restart at
		 * the first key.
		 */
		err = bpf_map_get_next_key(targets, &tgid, &next);
		forget_if_ended(session, tgid);
	}
}

bool targets_gone(struct a4t *session)
{
	if (!session->targets.count || session->targets.alive)
		return false;
	if (session->skel->bss->forked_alive > 0 && has_skipped_ends(session))
		forget_ended_children(session);
	return session->skel->bss->forked_alive <= 0;
}

void close_targets(struct a4t *session)
{
	for (uint32_t i = 0; i < session->targets.count; i++)
		if (session->targets.processes[i].pidfd >= 0)
			close(session->targets.processes[i].pidfd);
	free(session->targets.processes);
	free(session->targets.stopped);
}
