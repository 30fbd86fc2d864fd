#include "workers.h"
#include "workload.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 4, CONNECTIONS = 100 };

/* A thread of a server, and how it waits for connections. */
struct sharer {
	pthread_barrier_t *done;
	/* Posted when it is this thread's turn. */
	sem_t turn;
	int listener, epoll;
	/* How many connections the thread accepts before it is busy with other work. */
	int quota;
	_Atomic pid_t tid;
};

static void *accept_by_turns(void *argument)
{
	struct sharer *own = argument;

	own->tid = gettid();
	for (int i = 0; i < own->quota; i++) {
		sem_wait(&own->turn);
		await_connection(own->epoll);
		check(accept_with(own->listener, ALL_FLAGS), "accept4");
		pthread_barrier_wait(own->done);
	}
	pause();
	return NULL;
}

static void *accept_blocking(void *argument)
{
	struct sharer *own = argument;

	own->tid = gettid();
	for (int i = 0; i < own->quota; i++) {
		check(accept_with(own->listener, ALL_FLAGS), "accept4");
		pthread_barrier_wait(own->done);
	}
	pause();
	return NULL;
}

static void start_sharers(struct sharer sharers[], void *(*run)(void *))
{
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;

		check(-pthread_create(&thread, NULL, run, &sharers[i]), "pthread_create");
		while (sharers[i].tid == 0)
			sched_yield();
		if (run == accept_blocking)
			await_inside(sharers[i].tid, SYS_accept4);
	}
}

/* Waits until the connection is accepted. */
static void connect_client(struct sharer *sharer)
{
	sem_post(&sharer->turn);
	connect_to(sharer->listener);
	pthread_barrier_wait(sharer->done);
}

/* All threads have their first turn early, because one that begins late is not compared with the others. */
static void connect_clients(struct sharer sharers[], const int quotas[])
{
	for (int i = 0; i < THREADS; i++)
		connect_client(&sharers[i]);
	let_pass(LATER_NS);
	for (int i = 0; i < THREADS; i++)
		for (int j = 1; j < quotas[i]; j++)
			connect_client(&sharers[i]);
}

static int share(void *(*run)(void *), int epolls, const int quotas[], struct sharer sharers[])
{
	static pthread_barrier_t done;
	int listener = listen_loopback(BACKLOG);

	pthread_barrier_init(&done, NULL, 2);
	for (int i = 0; i < THREADS; i++) {
		sharers[i] = (struct sharer){
			.done = &done,
			.listener = listener,
			.epoll = i < epolls ? watch(listener, EPOLLIN) : sharers[0].epoll,
			.quota = quotas[i],
		};
		sem_init(&sharers[i].turn, 0, 0);
	}
	start_sharers(sharers, run);
	connect_clients(sharers, quotas);
	return listener;
}

static const int uneven[THREADS] = {CONNECTIONS - THREADS + 1, 1, 1, 1};
static const int even[THREADS] = {25, 25, 25, 25};

static void print_shares(const char *name, const char *finding, int listener, const struct sharer sharers[])
{
	printf("%s shares of %d connections on 127.0.0.1:%u: ", finding, CONNECTIONS, local_port(listener));
	for (int i = 0; i < THREADS; i++)
		printf("%s%s[%d/%d] %d%%", i ? ", " : "", name, getpid(), sharers[i].tid, uneven[i]);
	puts("");
}

void share_among_pollers(void)
{
	static struct sharer sharers[THREADS];

	print_shares("pollers", "unfair", share(accept_by_turns, THREADS, uneven, sharers), sharers);
}

void share_among_blocked(void)
{
	static struct sharer sharers[THREADS];

	print_shares("blocked", "note: uneven", share(accept_blocking, 0, uneven, sharers), sharers);
}

void share_in_pool(void)
{
	static struct sharer sharers[THREADS];

	share(accept_by_turns, 1, uneven, sharers);
}

void share_equally(void)
{
	static struct sharer sharers[THREADS];

	share(accept_blocking, 0, even, sharers);
}
