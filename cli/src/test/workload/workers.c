#include "workers.h"
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 4, ROUNDS = 25 };

int accept_with(int listener, int flags)
{
	struct call call = {.fd = listener, .flags = flags};

	make_call(&call);
	return call.result < 0 ? -call.error : call.result;
}

void listen_nonblocking(int listener)
{
	check(fcntl(listener, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
}

int watch(int listener, unsigned int events)
{
	struct epoll_event event = {.events = events, .data.fd = listener};
	int epoll = check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");

	check(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "EPOLL_CTL_ADD");
	return epoll;
}

void await_connection(int epoll)
{
	struct epoll_event event;

	check(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
}

/* Shared memory, by which workers wait for each other. */
struct meeting {
	pthread_barrier_t all_woken, all_done;
	/* Whose turn it is to accept. */
	_Atomic int turn;
};

static struct meeting *arrange_meeting(unsigned int workers)
{
	struct meeting *meeting =
		mmap(NULL, sizeof(*meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_t shared;

	check(meeting == MAP_FAILED ? -1 : 0, "mmap");
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&meeting->all_woken, &shared, workers);
	pthread_barrier_init(&meeting->all_done, &shared, workers + 1);
	return meeting;
}

pid_t fork_worker(void)
{
	pid_t parent = getpid(), pid = check(fork(), "fork");

	if (pid == 0) {
		check(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
		if (getppid() != parent)
			_exit(EXIT_FAILURE);
	}
	return pid;
}

/* All workers are awake before the first one accepts, as on a machine with a CPU for each. */
static void run_herd_worker(int listener, struct meeting *meeting)
{
	int epoll = watch(listener, EPOLLIN);

	for (int i = 0; i < ROUNDS; i++) {
		await_connection(epoll);
		pthread_barrier_wait(&meeting->all_woken);
		accept_with(listener, ALL_FLAGS);
		pthread_barrier_wait(&meeting->all_done);
	}
	pause();
}

void raise_herd(void)
{
	struct meeting *meeting = arrange_meeting(WORKERS);
	int listener = listen_loopback(BACKLOG);

	listen_nonblocking(listener);
	for (int i = 0; i < WORKERS; i++)
		if (fork_worker() == 0)
			run_herd_worker(listener, meeting);
	for (int i = 0; i < ROUNDS; i++) {
		connect_to(listener);
		pthread_barrier_wait(&meeting->all_done);
	}
	/* T: how many wake-ups of each worker were empty, which only --diagnose measures. */
	printf("thundering herd on 127.0.0.1:%u: 75%% of wake-ups found no connection (%d of %d; T)\n",
	       local_port(listener), ROUNDS * (WORKERS - 1), ROUNDS * WORKERS);
}

/* The parent chooses the worker that gets the connection. */
static void run_worker_by_turns(int listener, struct meeting *meeting, int self, unsigned int events)
{
	int epoll = watch(listener, events);

	for (;;) {
		while (meeting->turn != self)
			sched_yield();
		await_connection(epoll);
		accept_with(listener, ALL_FLAGS);
		meeting->turn = -1;
		pthread_barrier_wait(&meeting->all_done);
	}
}

/*
 * Of every 20 connections, the first of two workers gets 19. Both have their first turn early, because a
 * worker that begins late is not compared.
 */
static void share_unfairly(unsigned int events, const char *finding, const char *name)
{
	struct meeting *meeting = arrange_meeting(1);
	int listener = listen_loopback(BACKLOG);
	pid_t workers[2];

	meeting->turn = -1;
	listen_nonblocking(listener);
	for (int i = 0; i < 2; i++) {
		workers[i] = fork_worker();
		if (workers[i] == 0)
			run_worker_by_turns(listener, meeting, i, events);
	}
	for (int i = 0; i < 60; i++) {
		if (i == 2)
			let_pass(LATER_NS);
		meeting->turn = i % 20 == 0;
		connect_to(listener);
		pthread_barrier_wait(&meeting->all_done);
	}
	printf("%s shares of 60 connections on 127.0.0.1:%u: %s[%d] 95%%, %s[%d] 5%%\n", finding,
	       local_port(listener), name, workers[0], name, workers[1]);
}

void share_by_hand(void)
{
	share_unfairly(EPOLLIN, "unfair", "unfair");
}

void share_by_nature(void)
{
	share_unfairly(EPOLLIN | EPOLLEXCLUSIVE, "note: uneven", "uneven");
}

void run_program(void)
{
	int pipes[2];
	char first;

	check(pipe2(pipes, O_CLOEXEC), "pipe2");
	if (fork_worker() == 0) {
		execl("/bin/sleep", "sleep", "600", NULL);
		_exit(EXIT_FAILURE);
	}
	check(close(pipes[1]), "close");
	/* exec closes the child's end of the pipe, which ends this read. */
	check((int)read(pipes[0], &first, 1), "read");
}

void run_short_program(void)
{
	siginfo_t end;
	pid_t child = fork_worker();

	if (child == 0) {
		execl("/bin/true", "true", NULL);
		_exit(EXIT_FAILURE);
	}
	check(waitid(P_PID, child, &end, WEXITED | WNOWAIT), "waitid");
}

int listen_with_clients(unsigned int count)
{
	int listener = listen_loopback(BACKLOG);
	struct tcp_info info;
	socklen_t length = sizeof(info);

	for (unsigned int i = 0; i < count; i++)
		connect_to(listener);
	do
		check(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
	while (info.tcpi_unacked < count);
	return listener;
}
