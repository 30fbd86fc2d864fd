/*
 * faults KIND...: runs servers that have faults, and their clients. A diagnosis must find the faults. Each
 * server has its own process, which is named after the KIND. Prints for each server what a diagnosis must
 * print, with T for values that only the diagnosis measures, and with "note: " before findings that are not
 * faults. Then waits for a line on stdin, or its end, so that the sockets can be examined.
 */
#include "workload.h"
#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void run_out_of_files(void)
{
	struct rlimit limit;
	int listener = listen_loopback(BACKLOG), last = connect_to(listener), calls = 0, failed = 0;

	check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = (rlim_t)last + 1;
	check(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	for (; failed < 3; calls++)
		failed += accept_with(listener, ALL_FLAGS) == -EMFILE;
	printf("EMFILE: emfile[%d] reached the limit of %d open files: 3 of %d accepts failed (T)\n",
	       getpid(), last + 1, calls);
}

/* Waits for a connection, because the handshake can end shortly after connect() has returned. */
static void await_queue(int listener)
{
	struct pollfd ready = {.fd = listener, .events = POLLIN};

	check(poll(&ready, 1, -1), "poll");
}

static void connect_in_vain(int listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

	check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		check(-1, "a full queue took a connection");
}

static void fill_queue(void)
{
	const int backlog = 4;
	int listener = listen_loopback(backlog);

	use_first_cpu();
	connect_to(listener);
	accept_with(listener, ALL_FLAGS);
	for (int i = 0; i < backlog + 1; i++)
		connect_to(listener);
	await_delivery();
	connect_in_vain(listener);
	await_delivery();
	for (int i = 0; i < backlog + 1; i++)
		check(accept_with(listener, ALL_FLAGS), "accept4");
	printf("accept queue of 127.0.0.1:%u was full and refused T attempts: T of 4 waited; waits "
	       "T\n",
	       local_port(listener));
	/* Close it now, because the client that was refused tries again, and would get into the queue. */
	check(close(listener), "close");
}

static void write_text(const char *path, const char *text)
{
	int fd = check(open(path, O_WRONLY | O_CLOEXEC), path);

	check((int)write(fd, text, strlen(text)), path);
	check(close(fd), path);
}

/* Uses a network namespace in which the limit on accept queues is 8. */
static void cut_backlog(void)
{
	int listener;

	use_first_cpu();
	enter_own_network();
	write_text("/proc/sys/net/core/somaxconn", "8");
	listener = listen_loopback(BACKLOG);
	for (int i = 0; i < 9; i++)
		connect_to(listener);
	await_delivery();
	for (int i = 0; i < 9; i++)
		check(accept_with(listener, ALL_FLAGS), "accept4");
	printf("note: accept queue of 127.0.0.1:%u is filling: 8 of 8 waited; waits T\n",
	       local_port(listener));
}

/*
 * For a moment, only root can open files on the whole machine, so this is only for dedicated machines. The
 * limit does not apply to processes with CAP_SYS_ADMIN, so another user makes the calls.
 */
static void exhaust_machine(void)
{
	const char *file = "/proc/sys/fs/file-max";
	const uid_t nobody = 65534;
	int listener = listen_loopback(BACKLOG), fd = check(open(file, O_RDONLY | O_CLOEXEC), file);
	char before[32] = "";
	int failed = 0;

	check((int)read(fd, before, sizeof(before) - 1), file);
	check(close(fd), file);
	connect_to(listener);
	write_text(file, "1");
	check(seteuid(nobody), "seteuid");
	for (int i = 0; i < 3; i++)
		failed += accept_with(listener, ALL_FLAGS) == -ENFILE;
	check(seteuid(0), "seteuid");
	/* The change of user has cleared the parent-death signal, so set it again. */
	check(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
	write_text(file, before);
	check(failed == 3 ? 0 : -1, "an accept beyond the machine's limit");
	printf("ENFILE: enfile[%d] reached the machine's limit of T open files: 3 of 3 "
	       "accepts failed (T)\n",
	       getpid());
}

enum { LATE_NS = 150000000 };

static void accept_late(void)
{
	int listener = listen_loopback(BACKLOG);

	for (int i = 0; i < 6; i++)
		connect_to(listener);
	let_pass(LATE_NS);
	for (int i = 0; i < 6; i++) {
		await_queue(listener);
		check(accept_with(listener, ALL_FLAGS), "accept4");
	}
	printf("slow accept loop on 127.0.0.1:%u: 100%% of connections waited 100ms or longer (T)\n",
	       local_port(listener));
}

static void accept_reset(void)
{
	int listener = listen_loopback(BACKLOG);

	use_first_cpu();
	for (int i = 0; i < 5; i++) {
		close_by_reset(connect_to(listener));
		await_delivery();
		check(accept_with(listener, ALL_FLAGS), "accept4");
	}
	printf("connections reset before accept on 127.0.0.1:%u: 5 of 5 connections (100%%); waits T\n",
	       local_port(listener));
}

/* All clients lose their first SYN-ACK. */
static void complete_late(void)
{
	int listener = listen_loopback(BACKLOG), clients[5];

	for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
		clients[i] = begin_connection(listener);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
		complete_connection(clients[i]);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
		check(accept_with(listener, ALL_FLAGS), "accept4");
	printf("note: late handshakes on 127.0.0.1:%u: SYN-ACKs were sent again to 5 of 5 clients (100%%); "
	       "waits T\n",
	       local_port(listener));
}

static void close_early(void)
{
	int listener = listen_with_clients(3);

	printf("connections thrown away on 127.0.0.1:%u: 3 of 3 that waited were reset when closed[%d] "
	       "closed the listener\n",
	       local_port(listener), getpid());
	check(close(listener), "close");
}

/* Accepts everybody before the close, which is not a fault. */
static void drain(void)
{
	int listener = listen_with_clients(3);

	for (int i = 0; i < 3; i++)
		check(accept_with(listener, ALL_FLAGS), "accept4");
	check(close(listener), "close");
}

static void turn_away(void)
{
	int listener = listen_loopback(BACKLOG);

	for (int i = 0; i < 5; i++) {
		connect_to(listener);
		check(close(check(accept_with(listener, ALL_FLAGS), "accept4")), "close");
	}
	printf("note: clients turned away on 127.0.0.1:%u: 5 of 5 connections (100%%) were closed within "
	       "100ms "
	       "of the accept, without a read or a write\n",
	       local_port(listener));
}

static void lose(void)
{
	int listener = listen_loopback(BACKLOG);
	socklen_t length = sizeof(struct sockaddr_in);
	struct call call = {.fd = listener, .address = (void *)1, .length = &length, .flags = ALL_FLAGS};

	connect_to(listener);
	await_queue(listener);
	make_call(&call);
	printf("lost connections on 127.0.0.1:%u: 1 accept failed after taking a connection off the queue\n",
	       local_port(listener));
}

/* Accepts five connections with `flags`, and then sets the flags in `later` by fcntl. */
static void accept_plainly(int flags, unsigned int watched, int later)
{
	int listener = listen_loopback(BACKLOG), epoll = watch(listener, EPOLLIN);

	for (int i = 0; i < 5; i++) {
		struct epoll_event event = {.events = watched};
		int fd;

		connect_to(listener);
		await_connection(epoll);
		fd = check(accept_with(listener, flags), "accept4");
		if (later & SOCK_CLOEXEC)
			check(fcntl(fd, F_SETFD, FD_CLOEXEC), "FD_CLOEXEC");
		if (later & SOCK_NONBLOCK)
			check(fcntl(fd, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
		if (watched)
			check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "EPOLL_CTL_ADD");
	}
}

static void leak(void)
{
	accept_plainly(SOCK_NONBLOCK, 0, 0);
	run_short_program();
	printf("no SOCK_CLOEXEC: cloexec[%d] accepted 5 of 5 connections without it; fcntl set FD_CLOEXEC on "
	       "0 of 5 inspected sockets\n",
	       getpid());
}

static void close_gap_later(void)
{
	run_program();
	accept_plainly(SOCK_NONBLOCK, 0, SOCK_CLOEXEC);
	printf("note: no SOCK_CLOEXEC: fcntl[%d] accepted 5 of 5 connections without it; fcntl set "
	       "FD_CLOEXEC on 5 of 5 inspected sockets\n",
	       getpid());
}

static void block(void)
{
	accept_plainly(SOCK_CLOEXEC, EPOLLIN, 0);
	printf("blocking sockets in an event loop: blocking[%d] accepted 5 of 5 connections without "
	       "SOCK_NONBLOCK; fcntl set O_NONBLOCK on 0 of 5 inspected sockets\n",
	       getpid());
}

/* Sets the flag immediately, which is not a fault. */
static void unblock_later(void)
{
	accept_plainly(SOCK_CLOEXEC, EPOLLIN, SOCK_NONBLOCK);
}

/* Accepts until EAGAIN, a hundred times, and answers each client. */
static void serve_well(void)
{
	int listener = listen_loopback(BACKLOG), epoll = watch(listener, EPOLLIN);

	listen_nonblocking(listener);
	for (int i = 0; i < 100; i++) {
		int client = connect_to(listener), fd;

		await_connection(epoll);
		while ((fd = accept_with(listener, ALL_FLAGS)) >= 0) {
			check((int)write(fd, "", 1), "write");
			check(close(fd), "close");
		}
		check(close(client), "close");
	}
}

enum { SPINS = 10000 };

static void spin(void)
{
	int listener = listen_loopback(BACKLOG);

	listen_nonblocking(listener);
	for (int i = 0; i < SPINS; i++)
		accept_with(listener, ALL_FLAGS);
	printf("spinning accept loop: spin[%d] made T consecutive accepts without a connection (T)\n",
	       getpid());
}

/* Has clients, but does not accept them. */
static void hang(void)
{
	int listener = listen_loopback(BACKLOG);

	connect_to(listener);
	connect_to(listener);
	await_queue(listener);
}

static const struct {
	const char *kind;
	void (*run)(void);
} faults[] = {
	{"herd", raise_herd},
	{"unfair", share_by_hand},
	{"uneven", share_by_nature},
	{"pollers", share_among_pollers},
	{"blocked", share_among_blocked},
	{"pool", share_in_pool},
	{"equal", share_equally},
	{"emfile", run_out_of_files},
	{"enfile", exhaust_machine},
	{"queue", fill_queue},
	{"somaxconn", cut_backlog},
	{"slow", accept_late},
	{"reset", accept_reset},
	{"late", complete_late},
	{"turned", turn_away},
	{"closed", close_early},
	{"drained", drain},
	{"lost", lose},
	{"cloexec", leak},
	{"fcntl", close_gap_later},
	{"blocking", block},
	{"unblock", unblock_later},
	{"healthy", serve_well},
	{"stuck", hang},
	{"spin", spin},
};

static void run(const char *kind)
{
	check(prctl(PR_SET_NAME, kind), "PR_SET_NAME");
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (strcmp(faults[i].kind, kind) == 0)
			faults[i].run();
	fflush(stdout);
}

/* Runs the server in a new process, and waits until it has made its calls. The process stays alive. */
static void run_apart(const char *kind)
{
	int pipes[2];
	char done = 0;

	check(pipe2(pipes, O_CLOEXEC), "pipe2");
	if (fork_worker() == 0) {
		run(kind);
		check((int)write(pipes[1], &done, 1), "write");
		for (;;)
			pause();
	}
	check(close(pipes[1]), "close");
	if (read(pipes[0], &done, 1) != 1) {
		fprintf(stderr, "%s failed\n", kind);
		exit(EXIT_FAILURE);
	}
	check(close(pipes[0]), "close");
}

int main(int argc, char **argv)
{
	workload_start();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	for (int i = 1; i < argc; i++)
		run_apart(argv[i]);
	workload_done();
	return 0;
}
