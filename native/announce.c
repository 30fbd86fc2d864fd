/* SPDX-License-Identifier: MIT */
/*
 * Finds the calls that were already in progress when their process became a target. /proc shows
 * which threads may be in one. An entry in `calls` then lets the BPF programs distinguish these
 * calls from calls that have no entry because seccomp decided them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "session.h"

enum thread_state { ENDED, ELSEWHERE, MAYBE_IN_ACCEPT, UNREADABLE };

static bool is_traced(const struct a4t *session, long number)
{
	return number == SYS_accept4 || (number == SYS_accept && session->calls & A4T_CALL_ACCEPT);
}

/*
 * ESRCH: the thread has ended. Without CAP_SYS_PTRACE, and for everybody under
 * kernel.yama.ptrace_scope=3, the file exists but gives EACCES or EPERM.
 */
static enum thread_state state_without_text(int tasks, const char *tid, int err)
{
	return err == ESRCH || faccessat(tasks, tid, F_OK, 0) ? ENDED : UNREADABLE;
}

/* A thread on a processor is said to be "running", whatever it does. */
static enum thread_state state_of(const struct a4t *session, int tasks, const char *tid)
{
	char path[NAME_MAX + 16], text[32] = "";
	ssize_t len;
	int fd, err;

	snprintf(path, sizeof(path), "%s/syscall", tid);
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return state_without_text(tasks, tid, errno);
	len = read(fd, text, sizeof(text) - 1);
	err = errno;
	close(fd);
	if (len <= 0)
		return state_without_text(tasks, tid, len ? err : ESRCH);
	return is_traced(session, strtol(text, NULL, 10)) || !strncmp(text, "running", 7) ? MAYBE_IN_ACCEPT
											  : ELSEWHERE;
}

/* BPF_NOEXIST: an entry that exists was made by the programs, by the call itself. */
static void announce(struct a4t *session, uint32_t tid)
{
	struct bpf_map *calls = session->skel->maps.calls;
	void *blank = calloc(1, bpf_map__value_size(calls));

	if (!blank || (bpf_map_update_elem(bpf_map__fd(calls), &tid, blank, BPF_NOEXIST) && errno != EEXIST))
		session->unknown.left_out++;
	free(blank);
}

/*
 * An unreadable thread of a named process is announced like one that is in a call. With trace_all
 * there can be more such threads than `calls` has room for.
 */
static void announce_thread(struct a4t *session, int tasks, const char *tid)
{
	enum thread_state state = state_of(session, tasks, tid);

	if (state == UNREADABLE)
		session->unknown.unreadable++;
	if (state == MAYBE_IN_ACCEPT || (state == UNREADABLE && !session->skel->bss->trace_all))
		announce(session, strtoul(tid, NULL, 10));
}

static bool is_number(const struct dirent *entry)
{
	return entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
}

static void announce_threads(struct a4t *session, const char *tgid)
{
	char folder[NAME_MAX + 16];
	DIR *tasks;
	struct dirent *entry;

	snprintf(folder, sizeof(folder), "/proc/%s/task", tgid);
	tasks = opendir(folder);
	if (!tasks) {
		/* Mounted with hidepid, /proc hides processes that exist. */
		session->unknown.unreadable += !kill(atoi(tgid), 0) || errno == EPERM;
		return;
	}
	while ((entry = readdir(tasks)))
		if (is_number(entry))
			announce_thread(session, dirfd(tasks), entry->d_name);
	closedir(tasks);
}

/* A call without an entry proves nothing any more. */
static void stop_claiming_seccomp(struct a4t *session)
{
	if (session->unknown.unreadable || session->unknown.left_out)
		session->skel->bss->entries_lost = true;
}

void announce_calls(struct a4t *session, int32_t tgid)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", tgid);
	announce_threads(session, number);
	stop_claiming_seccomp(session);
}

void announce_all_calls(struct a4t *session)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	bool saw_init = false;

	while (proc && (entry = readdir(proc))) {
		if (!is_number(entry))
			continue;
		saw_init |= !strcmp(entry->d_name, "1");
		announce_threads(session, entry->d_name);
	}
	if (proc)
		closedir(proc);
	/* Process 1 always exists: /proc hides it, and others with it. */
	session->unknown.unreadable += !saw_init;
	stop_claiming_seccomp(session);
}

void a4t_unknown_threads(const struct a4t *session, struct a4t_unknown_threads *unknown)
{
	*unknown = session->unknown;
}
