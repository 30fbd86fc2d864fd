/*
 * load: the traced program of the benchmarks. Prints "ready". Each line on stdin is then a task, and each
 * task is answered by a line "CALLS NANOSECONDS" on stdout:
 *
 *   KIND MILLISECONDS [RATE [THREADS]]
 *     Makes calls of this kind (see `kinds`) for this time: RATE per second in all threads together, or as
 *     many as possible if RATE is 0 or missing.
 *   trickle
 *     Makes a failing call every 0.2 ms until the next line.
 *
 * "load idle COUNT [FILES]" only starts COUNT processes that sleep, and prints their ids on one line. Each
 * process has FILES open files, one of which is a listener. The processes end with this one, at the end of
 * stdin.
 */
#include "workload.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define NANOS 1000000000L

enum { MAX_THREADS = 1024, CALLS_BETWEEN_LOOKS = 16 };

/* One listener per address family, shared by the threads. */
struct server {
	int listener;
	struct sockaddr_storage address;
	socklen_t size;
};

struct task {
	void (*call)(void);
	long nanoseconds;
	double rate; /* calls per nanosecond in each thread; 0 = no limit */
};

struct worker {
	pthread_t thread;
	const struct task *task;
	unsigned long calls;
};

static int idle_listener;
static struct server tcp, local;

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NANOS + time.tv_nsec;
}

static void serve(struct server *server, sa_family_t family)
{
	struct sockaddr_storage any = {.ss_family = family};
	bool is_unix = family == AF_UNIX;

	if (!is_unix)
		((struct sockaddr_in *)&any)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* For AF_UNIX, bind() gets only the family, so that the kernel chooses a name. */
	server->listener = listen_at((struct sockaddr *)&any,
				     is_unix ? sizeof(sa_family_t) : sizeof(struct sockaddr_in), SOMAXCONN);
	server->size = sizeof(server->address);
	check(getsockname(server->listener, (struct sockaddr *)&server->address, &server->size),
	      "getsockname");
}

/* Acts as client and as server, so that no call has to wait, even on a single core. */
static int accept_one(const struct server *server, int *client)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	*client = check(socket(server->address.ss_family, SOCK_STREAM, 0), "socket");
	check(connect(*client, (const struct sockaddr *)&server->address, server->size), "connect");
	return check(accept4(server->listener, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC),
		     "accept4");
}

static void call_tcp(void)
{
	int client;
	int server = accept_one(&tcp, &client);

	close_by_reset(client);
	close(server);
}

static void call_unix(void)
{
	int client;
	int server = accept_one(&local, &client);

	close(client);
	close(server);
}

static void fail_by(int fd, int error)
{
	if (accept4(fd, NULL, NULL, 0) >= 0 || errno != error) {
		perror("accept4");
		exit(EXIT_FAILURE);
	}
}

static void call_eagain(void)
{
	fail_by(idle_listener, EAGAIN);
}

static void call_ebadf(void)
{
	fail_by(-1, EBADF);
}

/* A call that tracers of accepts do not trace. */
static void call_getppid(void)
{
	syscall(SYS_getppid);
}

static const struct {
	const char *name;
	void (*call)(void);
} kinds[] = {
	{"tcp", call_tcp},     {"unix", call_unix},	  {"eagain", call_eagain},
	{"ebadf", call_ebadf}, {"getppid", call_getppid},
};

static void *work(void *context)
{
	struct worker *worker = context;
	const struct task *task = worker->task;
	long begin = now(), elapsed = 0;

	while (elapsed < task->nanoseconds) {
		unsigned long due = task->rate > 0 ? (unsigned long)(elapsed * task->rate)
						   : worker->calls + CALLS_BETWEEN_LOOKS;

		for (; worker->calls < due; worker->calls++)
			task->call();
		elapsed = now() - begin;
	}
	return NULL;
}

static void answer(unsigned long calls, long nanoseconds)
{
	printf("%lu %ld\n", calls, nanoseconds);
	fflush(stdout);
}

static void run(const struct task *task, unsigned int threads)
{
	static struct worker workers[MAX_THREADS];
	unsigned long calls = 0;
	long begin = now();

	for (unsigned int i = 0; i < threads; i++)
		workers[i] = (struct worker){.task = task};
	/* The first worker is the main thread. */
	for (unsigned int i = 1; i < threads; i++)
		check(-pthread_create(&workers[i].thread, NULL, work, &workers[i]), "pthread_create");
	work(&workers[0]);
	for (unsigned int i = 1; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	for (unsigned int i = 0; i < threads; i++)
		calls += workers[i].calls;
	answer(calls, now() - begin);
}

/* Does not consume the line that ends the trickle. */
static void trickle(void)
{
	const struct timespec pause = {.tv_nsec = 200 * 1000};
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	unsigned long calls = 0;
	long begin = now();

	for (; ppoll(&input, 1, &pause, NULL) == 0; calls++)
		call_ebadf();
	answer(calls, now() - begin);
}

static void run_kind(const char *name, unsigned long milliseconds, unsigned long rate, unsigned int threads)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			struct task task = {.call = kinds[i].call,
					    .nanoseconds = milliseconds * (NANOS / 1000),
					    .rate = (double)rate / threads / NANOS};

			run(&task, threads);
			return;
		}
	}
	fprintf(stderr, "unknown kind: %s\n", name);
	exit(EXIT_FAILURE);
}

static void run_command(const char *line)
{
	char name[16] = "";
	unsigned long milliseconds = 0, rate = 0;
	unsigned int threads = 1;

	if (strcmp(line, "\n") == 0)
		return;
	if (strcmp(line, "trickle\n") == 0)
		trickle();
	else if (sscanf(line, "%15s %lu %lu %u", name, &milliseconds, &rate, &threads) >= 2 && threads > 0 &&
		 threads <= MAX_THREADS)
		run_kind(name, milliseconds, rate, threads);
	else
		check(-1, "not a task");
}

static void start_sleeper(void)
{
	pid_t pid = check(fork(), "fork");

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (true)
			pause();
	}
	printf("%d ", pid);
	fflush(stdout);
}

/* The processes inherit the files. */
static void open_files(unsigned long files)
{
	if (files > 0)
		listen_loopback(1);
	for (unsigned long i = 1; i < files; i++)
		check(dup(STDIN_FILENO), "dup");
}

static void sleep_in(unsigned long processes)
{
	for (unsigned long i = 0; i < processes; i++)
		start_sleeper();
	putchar('\n');
	workload_ready();
	workload_next_line();
}

int main(int argc, char **argv)
{
	char line[64];

	workload_start();
	if (argc >= 3 && strcmp(argv[1], "idle") == 0) {
		open_files(argc > 3 ? parse_count(argv[3]) : 0);
		sleep_in(parse_count(argv[2]));
		return 0;
	}
	/* Unbuffered, because ppoll() does not see lines in a buffer of stdio. */
	setvbuf(stdin, NULL, _IONBF, 0);
	idle_listener = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	check(listen(idle_listener, SOMAXCONN), "listen");
	serve(&tcp, AF_INET);
	serve(&local, AF_UNIX);
	workload_ready();
	while (fgets(line, sizeof(line), stdin))
		run_command(line);
	return 0;
}
