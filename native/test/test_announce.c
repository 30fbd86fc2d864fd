/* SPDX-License-Identifier: MIT */
/* Calls that were in progress before the trace, where /proc or the table of calls keeps them unknown; needs
 * root. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "session.h"

#define THREADS 3

static const struct a4t_config usual = {
	.ring_bytes = 64 * 1024,
	.max_calls = 64,
	.max_targets = 4,
	.watch_fd = -1,
};

static void *accept_forever(void *listener)
{
	accept4(*(int *)listener, NULL, NULL, 0);
	return NULL;
}

static void block_in_accept(void)
{
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	sa_family_t family = AF_UNIX;
	pthread_t thread;

	if (bind(listener, (struct sockaddr *)&family, sizeof(family)) || listen(listener, 1))
		_exit(1);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, accept_forever, &listener);
	pause();
}

static int threads_in_accept(pid_t pid)
{
	char command[128];
	int count = 0;
	FILE *output;

	snprintf(command, sizeof(command), "cat /proc/%d/task/*/syscall | grep -c '^%d '", pid, SYS_accept4);
	output = popen(command, "re");
	CHECK(output && fscanf(output, "%d", &count) == 1);
	if (output)
		pclose(output);
	return count;
}

/* Its main thread is in pause(), the others are in accept4(). */
static pid_t start_blocked(void)
{
	pid_t pid = fork();

	if (pid == 0)
		block_in_accept();
	while (threads_in_accept(pid) < THREADS)
		sched_yield();
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int announced(const struct a4t *session)
{
	int map = bpf_map__fd(session->skel->maps.calls), count = 0;
	uint32_t tid, *previous = NULL, last;

	while (!bpf_map_get_next_key(map, previous, &tid)) {
		count++;
		last = tid;
		previous = &last;
	}
	return count;
}

static void set_ptrace(bool allowed)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];

	CHECK_EQ(0, syscall(SYS_capget, &header, words));
	words[0].effective &= ~(1U << CAP_SYS_PTRACE);
	words[0].effective |= allowed ? 1U << CAP_SYS_PTRACE : 0;
	CHECK_EQ(0, syscall(SYS_capset, &header, words));
}

static void trace(uint32_t max_calls, bool readable, int calls, int unreadable, int left_out)
{
	struct a4t_config config = usual;
	struct a4t_unknown_threads unknown;
	struct a4t_error error;
	struct a4t *session;
	pid_t pid;

	config.max_calls = max_calls;
	session = root_or_skip() ? a4t_open(&config, &error) : NULL;
	if (!session)
		return;
	pid = start_blocked();
	set_ptrace(readable);
	CHECK_EQ(0, a4t_trace_process(session, pid, &error));
	set_ptrace(true);
	a4t_unknown_threads(session, &unknown);
	CHECK_EQ(calls, announced(session));
	CHECK_EQ(unreadable, unknown.unreadable);
	CHECK_EQ(left_out, unknown.left_out);
	CHECK_EQ(unreadable || left_out, session->skel->bss->entries_lost);
	end(pid);
	a4t_close(session);
}

static void threads_in_a_call_have_an_entry(void)
{
	trace(64, true, THREADS, 0, 0);
}

static void unreadable_threads_may_be_in_a_call(void)
{
	trace(64, false, THREADS + 1, THREADS + 1, 0);
}

static void threads_without_room_are_counted(void)
{
	trace(1, true, 1, 0, THREADS - 1);
}

static void a_thread_that_has_ended_is_not_unreadable(void)
{
	struct a4t_unknown_threads unknown;
	struct a4t_error error;
	struct a4t *session = root_or_skip() ? a4t_open(&usual, &error) : NULL;

	if (!session)
		return;
	announce_calls(session, 0x7fffffff);
	a4t_unknown_threads(session, &unknown);
	CHECK_EQ(0, unknown.unreadable);
	CHECK(!session->skel->bss->entries_lost);
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"threads in a call have an entry", threads_in_a_call_have_an_entry},
		{"unreadable threads may be in a call", unreadable_threads_may_be_in_a_call},
		{"threads without room are counted", threads_without_room_are_counted},
		{"a thread that has ended is not unreadable", a_thread_that_has_ended_is_not_unreadable},
	};

	return RUN(tests);
}
