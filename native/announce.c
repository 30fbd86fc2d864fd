/* SPDX-License-Identifier: MIT */
/*
 * Calls that are going on when their process becomes a target: /proc tells which
 * threads may be in one. An entry in `calls` then lets the BPF programs tell
 * them from calls that have no entry because seccomp denied them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "session.h"

static bool is_traced(const struct a4t *session, long number)
{
	return number == SYS_accept4 || (number == SYS_accept && session->calls & A4T_CALL_ACCEPT);
}

/* A thread on a processor is said to be "running", whatever it does. */
static bool may_be_in_accept(const struct a4t *session, int tasks, const char *tid)
{
	char path[64], text[32] = "";
	bool may = false;
	int fd;

	snprintf(path, sizeof(path), "%s/syscall", tid);
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) > 0)
		may = is_traced(session, strtol(text, NULL, 10)) || !strncmp(text, "running", 7);
	close(fd);
	return may;
}

/* Not over what the programs have entered meanwhile: that is the call itself. */
static void announce(struct a4t *session, uint32_t tid)
{
	struct bpf_map *calls = session->skel->maps.calls;
	void *blank = calloc(1, bpf_map__value_size(calls));

	if (blank)
		bpf_map_update_elem(bpf_map__fd(calls), &tid, blank, BPF_NOEXIST);
	free(blank);
}

/* Does `act` for every number in a folder of /proc. */
static void for_each_number(struct a4t *session, const char *folder,
			    void (*act)(struct a4t *session, DIR *dir, const char *number))
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			act(session, dir, entry->d_name);
	if (dir)
		closedir(dir);
}

static void announce_thread(struct a4t *session, DIR *tasks, const char *tid)
{
	if (may_be_in_accept(session, dirfd(tasks), tid))
		announce(session, strtoul(tid, NULL, 10));
}

void announce_calls(struct a4t *session, int32_t tgid)
{
	char folder[64];

	snprintf(folder, sizeof(folder), "/proc/%d/task", tgid);
	for_each_number(session, folder, announce_thread);
}

static void announce_process(struct a4t *session, DIR *proc, const char *tgid)
{
	(void)proc;
	announce_calls(session, strtol(tgid, NULL, 10));
}

void announce_all_calls(struct a4t *session)
{
	for_each_number(session, "/proc", announce_process);
}
