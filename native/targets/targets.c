/* SPDX-License-Identifier: MIT */
/* Who is traced. Each process is watched through a pidfd, which tells when its last thread has gone. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "session.h"

static void go_live(struct a4t *session)
{
	if (session->skel->bss->live_since_ns)
		return;
	/* The hooks' proof has woken us; the first event is to do so again. */
	session->skel->bss->awake_until_ns = 0;
	session->skel->bss->live_since_ns = monotonic_ns();
}

/* As in maps.bpf.h. */
enum { NAMED = 1, FORKED = 2 };

int set_target(struct a4t *session, uint32_t tgid, bool on)
{
	int map = bpf_map__fd(session->skel->maps.targets);
	uint8_t named = NAMED;

	return on ? bpf_map_update_elem(map, &tgid, &named, BPF_NOEXIST) : bpf_map_delete_elem(map, &tgid);
}

static struct process *add_process(struct a4t *session, uint32_t tgid, int pidfd)
{
	size_t size = (session->process_count + 1) * sizeof(struct process);
	struct process *processes = realloc(session->processes, size);

	if (!processes)
		return NULL;
	session->processes = processes;
	processes[session->process_count] = (struct process){.tgid = tgid, .pidfd = pidfd};
	session->alive++;
	return &processes[session->process_count++];
}

static void forget_last_process(struct a4t *session)
{
	close(session->processes[--session->process_count].pidfd);
	session->alive--;
}

/* How the programs know the process that has this id now: NAMED, FORKED, or 0 for not at all. */
static uint8_t how_traced(struct a4t *session, uint32_t tgid)
{
	uint8_t how;

	return bpf_map_lookup_elem(bpf_map__fd(session->skel->maps.targets), &tgid, &how) ? 0 : how;
}

static bool was_named_again(const struct a4t *session, uint32_t index)
{
	for (uint32_t later = index + 1; later < session->process_count; later++)
		if (session->processes[later].tgid == session->processes[index].tgid &&
		    session->processes[later].pidfd >= 0)
			return true;
	return false;
}

/*
 * The programs forget a process when it ends, before its pidfd tells us. By then a child that is followed, or
 * a process that was named later, may have its id: what is there under the id is not ours to delete.
 */
void process_ended(struct a4t *session, uint32_t index)
{
	struct process *process = &session->processes[index];

	if (how_traced(session, process->tgid) == NAMED && !was_named_again(session, index))
		set_target(session, process->tgid, false);
	close(process->pidfd);
	process->pidfd = -1;
	session->alive--;
}

/* Each process costs a descriptor; most systems let an ordinary program have 1024. */
static bool allow_more_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return !setrlimit(RLIMIT_NOFILE, &limit);
}

/* All of its threads, even if its parent does not know yet. */
static bool has_ended(int pidfd)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};

	return poll(&end, 1, 0) > 0;
}

/* Since Linux 6.16 ENOENT is what a thread's id gives. */
static int open_process(int32_t tgid)
{
	int pidfd = syscall(SYS_pidfd_open, tgid, 0);

	if (pidfd < 0 && errno == EMFILE && allow_more_files())
		pidfd = syscall(SYS_pidfd_open, tgid, 0);
	if (pidfd < 0)
		return errno == ENOENT ? -EINVAL : -errno;
	if (!has_ended(pidfd))
		return pidfd;
	close(pidfd);
	return -ESRCH;
}

/* One walk for all that are added until somebody waits for events. */
static void due_announcement(struct a4t *session)
{
	session->skel->bss->calls_announced = false;
	session->announce_due = true;
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
	go_live(session);
	due_announcement(session);
	err = set_target(session, tgid, true);
	if (err == -EEXIST && how_traced(session, tgid) == FORKED) {
		/* A child that was followed before it could be named. */
		forget_last_process(session);
		return 0;
	}
	/* One more naming of the same process, or of another whose id it had: both ends count. */
	if (err == -EEXIST)
		err = 0;
	if (!err)
		err = watch(session, pidfd, EPOLLIN, WATCH_PROCESS, session->process_count - 1);
	if (!err)
		return 0;
	/* Nobody would tell of its end, and the others' last one could not be the last. */
	process_ended(session, session->process_count - 1);
	return fail(error, err, "trace process %d", tgid);
}

int a4t_trace_all(struct a4t *session)
{
	go_live(session);
	due_announcement(session);
	session->skel->bss->trace_all = true;
	return 0;
}

/* Followed children are in the map alone. None can come anew once their parents are out of it. */
void a4t_stop(struct a4t *session)
{
	int targets = bpf_map__fd(session->skel->maps.targets);
	uint32_t tgid;

	mark_skipped_exits(session);
	session->skel->bss->trace_all = false;
	while (!bpf_map_get_next_key(targets, NULL, &tgid))
		bpf_map_delete_elem(targets, &tgid);
	report_skipped_exits(session);
}

static bool is_alive(uint32_t tgid)
{
	int pidfd = open_process(tgid);

	if (pidfd >= 0)
		close(pidfd);
	return pidfd != -ESRCH;
}

/* Whoever deletes an entry, the programs or we, takes its process from the count. */
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
		/* Before it goes: a deleted key has no next one. */
		err = bpf_map_get_next_key(targets, &tgid, &next);
		forget_if_ended(session, tgid);
	}
}

/* Of children that were followed only the kernel knows. */
bool targets_gone(struct a4t *session)
{
	if (!session->process_count || session->alive)
		return false;
	if (session->skel->bss->forked_alive > 0 && has_skipped_ends(session))
		forget_ended_children(session);
	return session->skel->bss->forked_alive <= 0;
}

void close_targets(struct a4t *session)
{
	for (uint32_t i = 0; i < session->process_count; i++)
		if (session->processes[i].pidfd >= 0)
			close(session->processes[i].pidfd);
	free(session->processes);
}
