/* SPDX-License-Identifier: MIT */
/* Tests of functions that several threads call at the same time. Also built with the thread sanitizer. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include "check.h"
#include "a4t.h"
#include "base/messages.h"
#include "base/write.h"
#include "events/wakeup.h"
#include "process/signals.h"
#include "session/poll.h"
#include "state.h"

#define TIMES 1000

/* Runs `other` in a thread while this thread runs `own`, many times each. */
static void run_both(void *(*other)(void *), void (*own)(void))
{
	pthread_t thread;

	CHECK_EQ(0, pthread_create(&thread, NULL, other, NULL));
	for (int i = 0; i < TIMES; i++)
		own();
	pthread_join(thread, NULL);
}

/* Runs `body` in a child, because it changes the whole process. */
static void in_child(void (*body)(void))
{
	int status = -1, before = failures;
	pid_t child = fork();

	if (child == 0) {
		body();
		_exit(failures - before);
	}
	waitpid(child, &status, 0);
	CHECK_EQ(0, status);
}

static const struct a4t_config likely = {
	.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4, .watch_fd = -1};

static void *prepare(void *config)
{
	a4t_prepare(NULL);
	a4t_prepare(config);
	return NULL;
}

static void open_while_preparing(void)
{
	struct a4t_error error;
	struct a4t *session;
	pthread_t thread;

	CHECK_EQ(0, pthread_create(&thread, NULL, prepare, (void *)&likely));
	session = a4t_open(&likely, &error);
	CHECK(session);
	pthread_join(thread, NULL);
	a4t_close(session);
}

static void a_session_opens_during_its_preparation(void)
{
	if (root_or_skip())
		in_child(open_while_preparing);
}

static struct a4t polled;

static void open_polled(void)
{
	polled.events.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	polled.events.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	CHECK_EQ(0, watch(&polled, polled.events.wake_fd, EPOLLIN, WATCH_WAKE, 0));
}

static void *wake_often(void *unused)
{
	for (int i = 0; i < TIMES; i++)
		a4t_wake(&polled);
	return unused;
}

static void poll_once(void)
{
	struct a4t_wakeup wakeup = {};

	CHECK_EQ(0, wait_for_reasons(&polled, 0, &wakeup));
	CHECK_EQ(0, wakeup.reasons & ~(A4T_WOKEN | A4T_SIGNALLED));
}

static void another_thread_wakes_the_poll(void)
{
	open_polled();
	run_both(wake_often, poll_once);
	close_wakeups(&polled);
}

static void *raise_often(void *unused)
{
	/* Raise SIGTERM only once: a second one would end the process. */
	raise(SIGTERM);
	for (int i = 0; i < TIMES; i++)
		raise(SIGWINCH);
	return unused;
}

static void poll_and_raise(void)
{
	static bool raised;

	if (!raised)
		raise(SIGINT);
	raised = true;
	poll_once();
}

static void catch_in_threads(void)
{
	open_polled();
	CHECK_EQ(0, a4t_catch_signals(&polled));
	run_both(raise_often, poll_and_raise);
	CHECK(polled.events.signal == SIGINT || polled.events.signal == SIGTERM);
	release_signals(&polled);
}

static void signals_arrive_in_any_thread(void)
{
	in_child(catch_in_threads);
}

/* Enough sessions to hit a race between two instructions of the handler. */
#define SESSIONS 100000

static void *send_signals(void *stop)
{
	while (!atomic_load((atomic_bool *)stop))
		raise(SIGWINCH);
	return NULL;
}

/*
 * The handler runs in another thread than the one that closes the session, so it may still be using the
 * session.
 */
static void close_while_signals_come(void)
{
	atomic_bool stop = false;
	pthread_t thread;

	CHECK_EQ(0, pthread_create(&thread, NULL, send_signals, &stop));
	for (int i = 0; i < SESSIONS; i++) {
		struct a4t *session = calloc(1, sizeof(*session));

		session->events.wake_fd = -1;
		CHECK_EQ(0, a4t_catch_signals(session));
		release_signals(session);
		free(session);
	}
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
}

static void a_session_can_end_while_a_signal_arrives(void)
{
	in_child(close_while_signals_come);
}

static int pipe_ends[2];

static void write_once(void)
{
	CHECK_EQ(1, a4t_write(pipe_ends[1], "x", 1));
}

static void *write_often(void *unused)
{
	for (int i = 0; i < TIMES; i++)
		write_once();
	return unused;
}

/* For example, one thread prints libbpf's messages while another prints traced calls. */
static void threads_write_at_the_same_time(void)
{
	static char read_back[2 * TIMES];

	CHECK_EQ(0, pipe(pipe_ends));
	run_both(write_often, write_once);
	CHECK_EQ(2 * TIMES, read(pipe_ends[0], read_back, sizeof(read_back)));
	CHECK_EQ(0, write_under_way());
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

static void *fill_pipe(void *unused)
{
	static char bytes[1024 * 1024];

	CHECK_EQ(sizeof(bytes), a4t_write(pipe_ends[1], bytes, sizeof(bytes)));
	return unused;
}

/* A signal handler must detect the write that hangs, whatever other threads write. */
static void a_write_that_hangs_stays_under_way(void)
{
	static char bytes[1024 * 1024];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), hanging;
	pthread_t thread;

	CHECK_EQ(0, pipe(pipe_ends));
	CHECK_EQ(0, pthread_create(&thread, NULL, fill_pipe, NULL));
	/* The thread is in the write once the first bytes have arrived. */
	CHECK_EQ(1, read(pipe_ends[0], bytes, 1));
	hanging = write_under_way();
	CHECK(hanging);
	CHECK_EQ(1, a4t_write(null, "x", 1));
	CHECK(write_under_way() && write_under_way() != hanging);
	hanging = write_under_way();
	CHECK_EQ(hanging, write_under_way());
	for (size_t left = sizeof(bytes) - 1; left;)
		left -= read(pipe_ends[0], bytes, left);
	pthread_join(thread, NULL);
	CHECK_EQ(0, write_under_way());
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	close(null);
}

static void *note_often(void *unused)
{
	for (int i = 0; i < TIMES; i++)
		note("from another thread");
	return unused;
}

static void note_once(void)
{
	be_verbose(true);
	note("from this thread");
}

static void note_in_threads(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDERR_FILENO);
	run_both(note_often, note_once);
	be_verbose(false);
}

static void threads_print_notes(void)
{
	in_child(note_in_threads);
}

static void read_files(void)
{
	struct a4t_error error;
	struct a4t_file file;
	int fd = a4t_open_below_root(getpid(), "proc/version", getuid(), 5, &error);

	CHECK(fd < 0);
	CHECK_TEXT("proc", error.detail);
	CHECK_EQ(0, a4t_is_32_bit(getpid()));
	CHECK(a4t_describe_fd(getpid(), STDIN_FILENO, 0, &file) < 0);
}

static void *read_files_often(void *unused)
{
	for (int i = 0; i < TIMES; i++)
		read_files();
	return unused;
}

static void files_are_read_in_the_background(void)
{
	run_both(read_files_often, read_files);
}

int main(void)
{
	static const struct test tests[] = {
		{"a session opens during its preparation", a_session_opens_during_its_preparation},
		{"another thread wakes the poll", another_thread_wakes_the_poll},
		{"signals arrive in any thread", signals_arrive_in_any_thread},
		{"a session can end while a signal arrives", a_session_can_end_while_a_signal_arrives},
		{"threads write at the same time", threads_write_at_the_same_time},
		{"a write that hangs stays under way", a_write_that_hangs_stays_under_way},
		{"threads print notes", threads_print_notes},
		{"files are read in the background", files_are_read_in_the_background},
	};

	return RUN(tests);
}
