/* SPDX-License-Identifier: MIT */
/* Tests of the records of bind, listen and calls that wait for a listener, e.g. poll; needs root. */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "a4t.h"
#include "check.h"
#include "events/clock.h"

#define BATCH_BYTES 65536

static uint64_t *begin_ns; /* when the first of the calls began; shared with the child */

/* bind() with only a family makes the kernel choose an abstract name: autobind in unix(7). */
static void *bind_listen_and_wait(void *unused)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	struct pollfd file = {.fd = listener, .events = POLLIN};
	socklen_t len = sizeof(name);

	*begin_ns = monotonic_ns();
	if (bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t)) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&name, &len) ||
	    connect(client, (struct sockaddr *)&name, len) ||
	    syscall(SYS_ppoll, &file, 1, NULL, NULL, 8) != 1)
		_exit(EXIT_FAILURE);
	return unused;
}

/* The main thread takes the only entry in the table of threads, so the calls of the other thread get none. */
static void make_calls_without_a_table_entry(void)
{
	pthread_t thread;

	bind(-1, NULL, 0);
	pthread_create(&thread, NULL, bind_listen_and_wait, NULL);
	pthread_join(thread, NULL);
}

static void wait_for_one_descriptor(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	struct pollfd file = {.fd = listener, .events = POLLIN};
	socklen_t len = sizeof(address);

	if (listen(listener, 1) || getsockname(listener, (struct sockaddr *)&address, &len) ||
	    connect(client, (struct sockaddr *)&address, len) ||
	    syscall(SYS_ppoll, &file, 1, NULL, NULL, 8) != 1)
		_exit(EXIT_FAILURE);
}

enum { HIGH_FD = 100, LISTENERS_KNOWN = 16, EVENTS_WANTED = POLLIN | POLLRDNORM };

/* Opens a listener with one waiting client. Its descriptor is too high for find_listeners(). */
static int open_high_listener(int fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = dup2(socket(AF_INET, SOCK_STREAM, 0), fd), client = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(address);

	if (listen(listener, 1) || getsockname(listener, (struct sockaddr *)&address, &len) ||
	    connect(client, (struct sockaddr *)&address, len))
		_exit(EXIT_FAILURE);
	return listener;
}

static void wait_for(int fd, short events)
{
	struct pollfd file = {.fd = fd, .events = events};

	if (syscall(SYS_ppoll, &file, 1, NULL, NULL, 8) != 1)
		_exit(EXIT_FAILURE);
}

static void wait_for_high_listener(void)
{
	wait_for(open_high_listener(HIGH_FD), POLLIN);
}

/* The traced calls do not include accept. */
static void wait_for_high_listener_that_was_accepted_from(void)
{
	int end = socket(AF_UNIX, SOCK_STREAM, 0);
	struct pollfd file = {.fd = end, .events = POLLIN};

	/* The first wait searches the low descriptors. */
	syscall(SYS_ppoll, &file, 1, &(struct timespec){0}, NULL, 8);
	/* Fails, so that the client stays in the queue. */
	accept4(HIGH_FD, NULL, NULL, -1);
	wait_for(HIGH_FD, POLLIN);
}

static void wait_after_many_closed_listeners(void)
{
	for (int i = 0; i < LISTENERS_KNOWN; i++)
		close(open_high_listener(HIGH_FD + i));
	wait_for(open_high_listener(HIGH_FD + LISTENERS_KNOWN), POLLIN);
}

static void wait_for_normal_data(void)
{
	wait_for(open_high_listener(HIGH_FD), POLLRDNORM);
}

struct caller {
	pid_t pid;
	int go; /* the calls begin when it is closed */
};

static struct caller start_caller(void (*calls)(void))
{
	struct caller caller = {};
	int ends[2];
	char byte;

	begin_ns = mmap(NULL, sizeof(*begin_ns), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(begin_ns != MAP_FAILED);
	CHECK_EQ(0, pipe(ends));
	caller.go = ends[1];
	caller.pid = fork();
	if (caller.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[1]);
		if (read(ends[0], &byte, 1) == 0)
			calls();
		_exit(EXIT_SUCCESS);
	}
	close(ends[0]);
	return caller;
}

/* Reads all records of the caller. Returns for how many of them `check` returns true. */
static int check_records(struct a4t *session, bool (*check)(const struct accept_event *))
{
	static char records[BATCH_BYTES] __attribute__((aligned(8)));
	struct a4t_wakeup wakeup = {};
	int count = 0, bytes = 0;

	while (bytes >= 0 && !(wakeup.reasons & A4T_TARGETS_GONE)) {
		bytes = a4t_poll(session, records, sizeof(records), -1, &wakeup);
		for (int at = 0; at < bytes;) {
			const struct accept_event *event = (const void *)(records + at);

			count += event->type == A4T_EVENT_RELATED && check(event);
			at += event->size;
		}
	}
	CHECK(bytes >= 0);
	return count;
}

/* Traces all calls of a process. Returns for how many records `check` returns true. */
static int trace(void (*calls)(void), bool (*check)(const struct accept_event *),
		 uint64_t losses[A4T_LOSS_KINDS])
{
	const struct a4t_config config = {.ring_bytes = 64 * 1024,
					  .max_calls = 1,
					  .max_targets = 4,
					  .watch_fd = -1,
					  .filter.calls = A4T_RELATED_CALLS};
	/*
	 * Start the child before the session: otherwise it inherits the session's descriptors, its listener
	 * gets a high one, and listeners with high descriptors are not found.
	 */
	struct caller caller = start_caller(calls);
	struct a4t_error error;
	struct a4t *session = a4t_open(&config, &error);
	int status, count;

	CHECK(session);
	if (!session)
		return -1;
	CHECK_EQ(0, a4t_trace_process(session, caller.pid, &error));
	CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
	close(caller.go);
	count = check_records(session, check);
	CHECK_EQ(caller.pid, waitpid(caller.pid, &status, 0));
	CHECK_EQ(0, status);
	CHECK_EQ(0, a4t_losses(session, losses));
	a4t_close(session);
	return count;
}

/*
 * Returns whether the record says only that the entry of the call was missed. It must not say that the call
 * is older than the trace or was answered by seccomp, and enter_ns must not make the call seem longer than it
 * was.
 */
static bool has_unknown_start(const struct accept_event *event)
{
	return event->tid != event->tgid && event->enter_ns >= *begin_ns &&
	       (event->flags & (A4T_ENTER_LOST | A4T_ENTER_UNSEEN | A4T_BY_SECCOMP)) == A4T_ENTER_LOST;
}

static void the_start_of_calls_without_a_table_entry_is_unknown(void)
{
	uint64_t losses[A4T_LOSS_KINDS];

	if (!root_or_skip())
		return;
	CHECK_EQ(3, trace(make_calls_without_a_table_entry, has_unknown_start, losses));
	CHECK_EQ(3, losses[A4T_LOST_INFLIGHT_FULL]);
}

/*
 * In a record, the number of descriptors of a wait and the family of a connection share memory. The number 1
 * must not be taken for AF_UNIX, which would make the record longer.
 */
static bool is_short_wait(const struct accept_event *event)
{
	return event->syscall == A4T_SYSCALL_PPOLL && event->size == sizeof(*event);
}

static void a_wait_for_one_descriptor_has_a_short_record(void)
{
	uint64_t losses[A4T_LOSS_KINDS];

	if (root_or_skip())
		CHECK_EQ(1, trace(wait_for_one_descriptor, is_short_wait, losses));
}

static bool is_wait_for_listener(const struct accept_event *event)
{
	return event->syscall == A4T_SYSCALL_PPOLL && event->ready == 1;
}

static void expect_wait(void (*calls)(void))
{
	uint64_t losses[A4T_LOSS_KINDS];

	if (root_or_skip())
		CHECK_EQ(1, trace(calls, is_wait_for_listener, losses));
}

static void high_listeners_are_known_from_listen(void)
{
	expect_wait(wait_for_high_listener);
}

/* The listener is older than the trace, so its listen() is not seen. */
static void high_listeners_are_known_from_accept4(void)
{
	int listener = open_high_listener(HIGH_FD);

	expect_wait(wait_for_high_listener_that_was_accepted_from);
	close(listener);
}

static void closed_listeners_make_room_for_others(void)
{
	expect_wait(wait_after_many_closed_listeners);
}

static void waits_for_normal_data_are_shown(void)
{
	expect_wait(wait_for_normal_data);
}

int main(void)
{
	static const struct test tests[] = {
		{"the start of calls without a table entry is unknown",
		 the_start_of_calls_without_a_table_entry_is_unknown},
		{"a wait for one descriptor has a short record",
		 a_wait_for_one_descriptor_has_a_short_record},
		{"high listeners are known from listen()", high_listeners_are_known_from_listen},
		{"high listeners are known from accept4(), even if accepts are not traced",
		 high_listeners_are_known_from_accept4},
		{"closed listeners make room for others", closed_listeners_make_room_for_others},
		{"waits for POLLRDNORM are shown", waits_for_normal_data_are_shown},
	};

	return RUN(tests);
}
