/*
 * churn SECONDS [PAUSE]: runs processes whose threads accept on two listeners. The processes end by exit or
 * by SIGKILL at any moment; some have their own network namespace and listener. Clients connect every PAUSE
 * microseconds (default 200), and all other times scale with PAUSE. The processes count their accept4 calls
 * in shared memory, before and after each call, and record the thread and the client port of each TCP
 * connection.
 *
 * At the end, prints the line "BEGUN ENDED PROCESSES", which counts begun calls, ended calls and processes,
 * and then a line for each recorded connection. A tracer sees at most BEGUN calls, of which at least ENDED
 * return. Both numbers are only bounds, because a thread can be killed between a call and its counts.
 */
#include "workload.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 4, THREADS = 3, CLIENTS = 2, NOTES = 1 << 20, BACKLOG = 64, LIFETIME_SECONDS = 600 };

/*
 * Times as multiples of PAUSE: a worker lives no longer than LIFE; BEFORE_KILL is the longest wait before one
 * is killed; TIMEOUT is the timeout of accept.
 */
enum { LIFE = 100, BEFORE_KILL = 25, TIMEOUT = 10 };
/* One in ISLANDS_EACH workers is an island: it has its own network namespace, see be_island(). */
enum { ISLANDS_EACH = 8 };

/* Each note is one word, thread << 16 | client port, because a thread can be killed between two stores. */
static struct {
	_Atomic unsigned long begun, ended;
	_Atomic size_t notes;
	_Atomic uint64_t note[NOTES];
} * shared;

static int tcp, local;
static unsigned long between_clients = 200; /* microseconds */
static unsigned long processes;

static void take_note(int connection)
{
	struct sockaddr_in peer;
	socklen_t size = sizeof(peer);
	size_t index;

	if (getpeername(connection, (struct sockaddr *)&peer, &size) || peer.sin_family != AF_INET)
		return;
	index = shared->notes++;
	if (index < NOTES)
		shared->note[index] = (uint64_t)gettid() << 16 | ntohs(peer.sin_port);
}

static void *accept_forever(void *listener)
{
	struct call call = {.fd = *(int *)listener, .flags = SOCK_CLOEXEC};

	for (;;) {
		shared->begun++;
		make_call(&call);
		shared->ended++;
		if (call.result >= 0) {
			take_note(call.result);
			close(call.result);
		}
	}
	return NULL;
}

static void pause_for(unsigned long microseconds)
{
	struct timespec time = {
		.tv_sec = (time_t)(microseconds / 1000000),
		.tv_nsec = (long)(microseconds % 1000000) * 1000,
	};

	nanosleep(&time, NULL);
}

/* Exits at a random moment, whatever its threads are doing, unless it is killed first. */
static void be_worker(unsigned int seed)
{
	pthread_t thread;

	srand(seed);
	for (int i = 0; i < THREADS; i++)
		check(-pthread_create(&thread, NULL, accept_forever, i % 2 ? &local : &tcp), "thread");
	pause_for((unsigned long)rand() % (LIFE * between_clients));
	_exit(0);
}

/* Sets a timeout, so that threads return if no client connects. */
static void be_impatient(int listener)
{
	struct timeval soon = {.tv_usec = (suseconds_t)(TIMEOUT * between_clients)};

	check(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon)), "SO_RCVTIMEO");
}

/* Connects once. Ignores errors, because the callers connect again and again anyway. */
static void connect_again(const struct sockaddr_storage *address, socklen_t size)
{
	int fd = socket(address->ss_family, SOCK_STREAM, 0);

	if (fd >= 0)
		connect(fd, (const struct sockaddr *)address, size);
	pause_for(between_clients);
	close(fd);
}

static void be_client(void)
{
	struct sockaddr_storage address[2];
	socklen_t size[2] = {sizeof(address[0]), sizeof(address[1])};

	check(getsockname(tcp, (struct sockaddr *)&address[0], &size[0]), "getsockname");
	check(getsockname(local, (struct sockaddr *)&address[1], &size[1]), "getsockname");
	for (unsigned int i = 0;; i++)
		connect_again(&address[i % 2], size[i % 2]);
}

/* A server and its client in a network namespace that ends with them. */
static void be_island(unsigned int seed)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	pthread_t thread;
	int listener;

	srand(seed);
	enter_own_network();
	listener = listen_loopback(BACKLOG);
	be_impatient(listener);
	check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
	check(-pthread_create(&thread, NULL, accept_forever, &listener), "thread");
	for (int connections = rand() % LIFE; connections > 0; connections--)
		connect_again(&address, size);
	_exit(0);
}

static pid_t start(void (*be)(unsigned int seed), unsigned int seed)
{
	pid_t pid = check(fork(), "fork");

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be(seed);
	}
	processes++;
	return pid;
}

static pid_t start_worker(unsigned int seed)
{
	return start(seed % ISLANDS_EACH == 0 ? be_island : be_worker, seed);
}

static void be_client_of(unsigned int seed)
{
	(void)seed;
	be_client();
}

static void listen_everywhere(void)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX};

	tcp = listen_loopback(BACKLOG);
	local = listen_at((struct sockaddr *)&own, sizeof(own.sun_family), BACKLOG);
	be_impatient(tcp);
	be_impatient(local);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Every other worker is killed, at a moment that does not depend on its own end. */
static void replace_workers(double end)
{
	pid_t workers[WORKERS];
	unsigned int seed = 1;

	for (int i = 0; i < WORKERS; i++)
		workers[i] = start_worker(seed++);
	for (int i = 0; now() < end; i = (i + 1) % WORKERS) {
		if (seed % 2) {
			pause_for(seed % (BEFORE_KILL * between_clients));
			kill(workers[i], SIGKILL);
		}
		waitpid(workers[i], NULL, 0);
		workers[i] = start_worker(seed++);
	}
	for (int i = 0; i < WORKERS; i++)
		waitpid(workers[i], NULL, 0);
}

static void print_notes(void)
{
	size_t count = shared->notes < NOTES ? shared->notes : NOTES;

	printf("%lu %lu %lu\n", shared->begun, shared->ended, processes);
	for (size_t i = 0; i < count; i++)
		if (shared->note[i])
			printf("%d %d\n", (int)(shared->note[i] >> 16), (int)(shared->note[i] & UINT16_MAX));
}

int main(int argc, char **argv)
{
	unsigned long seconds = argc > 1 ? parse_count(argv[1]) : 5;
	pid_t clients[CLIENTS];

	workload_start();
	if (argc > 2)
		between_clients = parse_count(argv[2]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(shared == MAP_FAILED ? -1 : 0, "mmap");
	listen_everywhere();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	alarm(seconds + LIFETIME_SECONDS);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = start(be_client_of, 0);
	replace_workers(now() + (double)seconds);
	for (int i = 0; i < CLIENTS; i++) {
		kill(clients[i], SIGKILL);
		waitpid(clients[i], NULL, 0);
	}
	print_notes();
	workload_done();
	return 0;
}
