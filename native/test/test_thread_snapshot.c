/* SPDX-License-Identifier: MIT */
/* Tests of snapshots of threads; needs root. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"
#include "sockets.h"

#define BUFFER_BYTES 65536

static struct a4t_error error;
static struct a4t_snapshots *snapshots;
static char buffer[BUFFER_BYTES];

/* The record of a thread in a snapshot; all zeros if the thread is missing there. */
static struct a4t_thread thread_of(pid_t tid)
{
	struct a4t_thread found = {};
	int bytes;

	CHECK_EQ(0, a4t_snapshot_begin(snapshots, A4T_SNAPSHOT_THREADS));
	while ((bytes = a4t_snapshot_read(snapshots, buffer, sizeof(buffer))) > 0) {
		for (int at = 0; at < bytes; at += sizeof(struct a4t_thread)) {
			struct a4t_thread thread;

			memcpy(&thread, buffer + at, sizeof(thread));
			if (thread.tid == (uint32_t)tid)
				found = thread;
		}
	}
	CHECK_EQ(0, bytes);
	return found;
}

/*
 * Accepts a connection in the child, reads the five bytes that its client sends, and waits in recv() for
 * more.
 */
static void receive_from(int listener)
{
	int connection = accept(listener, NULL, NULL);
	char bytes[16];

	while (recv(connection, bytes, sizeof(bytes), 0) > 0)
		;
	_exit(0);
}

static struct a4t_thread await_state(pid_t tid, uint32_t state, long number)
{
	struct a4t_thread thread;

	do
		thread = thread_of(tid);
	while (thread.state != state || thread.number != number);
	return thread;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	CHECK_EQ(child, waitpid(child, NULL, 0));
}

static void thread_that_waits_for_a_client_is_shown(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = listen_on(&any, sizeof(any), 7), client;
	struct a4t_thread thread;
	pid_t child = fork();

	if (child == 0)
		receive_from(listener);
	connect_clients(listener, &client, 1);
	CHECK_EQ(5, send(client, "hello", 5, 0));
	do
		thread = await_state(child, A4T_THREAD_ASLEEP, SYS_recvfrom);
	while (thread.received < 5 || !thread.off_cpu_ns);
	CHECK_EQ(child, thread.tgid);
	CHECK_EQ(A4T_THREAD_HAS_CALL | A4T_THREAD_HAS_SOCKET | A4T_THREAD_HAS_RECEIVED |
			 A4T_THREAD_HAS_CPU_TIMES,
		 thread.flags);
	CHECK_EQ(16, thread.arguments[2]);
	CHECK_EQ(AF_INET, thread.socket.family);
	CHECK_EQ(port_of(listener), thread.socket.local.port);
	CHECK_EQ(port_of(client), thread.peer.port);
	CHECK_EQ(5, thread.received);
	CHECK_TEXT("test_thread_sna", thread.comm);
	end(child);
	close(client);
	close(listener);
}

static void stopped_thread_is_shown(void)
{
	struct a4t_thread thread;
	pid_t child = fork();

	while (child == 0)
		pause();
	kill(child, SIGSTOP);
	do
		thread = thread_of(child);
	while (thread.state != A4T_THREAD_STOPPED);
	CHECK_EQ(child, thread.tgid);
	end(child);
}

/* Both children share a CPU and never sleep, so each runs for a while and waits for a CPU for a while. */
static void cpu_times_of_busy_threads_grow(void)
{
	struct a4t_thread before, after;
	cpu_set_t one;
	pid_t children[2];

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			sched_setaffinity(0, sizeof(one), &one);
			for (;;)
				;
		}
	}
	before = thread_of(children[0]);
	CHECK(before.flags & A4T_THREAD_HAS_CPU_TIMES);
	do
		after = thread_of(children[0]);
	while (after.on_cpu_ns <= before.on_cpu_ns || after.run_delay_ns <= before.run_delay_ns);
	CHECK_EQ(A4T_THREAD_RUNNING, after.state);
	end(children[0]);
	end(children[1]);
}

static pid_t start_sleeper(void)
{
	pid_t child = fork();

	while (child == 0)
		pause();
	return child;
}

static struct a4t_thread await_sleep(pid_t child)
{
	struct a4t_thread thread;

	do
		thread = thread_of(child);
	while (thread.state != A4T_THREAD_ASLEEP);
	return thread;
}

/* The first child has slept for at least as long as the second one, so its 0 means unknown. */
static void time_of_real_time_threads_is_unknown(void)
{
	const struct sched_param priority = {.sched_priority = 1};
	pid_t real_time = start_sleeper(), usual;

	if (sched_setscheduler(real_time, SCHED_FIFO, &priority)) {
		skip("needs real-time scheduling");
		end(real_time);
		return;
	}
	await_sleep(real_time);
	usual = start_sleeper();
	while (!await_sleep(usual).off_cpu_ns)
		;
	CHECK_EQ(0, await_sleep(real_time).off_cpu_ns);
	end(real_time);
	end(usual);
}

int main(void)
{
	static const struct test tests[] = {
		{"a thread that waits for a client is shown", thread_that_waits_for_a_client_is_shown},
		{"a stopped thread is shown", stopped_thread_is_shown},
		{"CPU times of busy threads grow", cpu_times_of_busy_threads_grow},
		{"the sleep time of a real-time thread is unknown", time_of_real_time_threads_is_unknown},
	};
	int status;

	root_or_skip();
	snapshots = a4t_snapshots_open(&error);
	if (!snapshots) {
		fprintf(stderr, "%s: %s: %s\n", error.stage, strerror(error.error), error.detail);
		return EXIT_FAILURE;
	}
	status = RUN(tests);
	a4t_snapshots_close(snapshots);
	return status;
}
