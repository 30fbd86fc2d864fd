/* SPDX-License-Identifier: MIT */
/*
 * Tests of programs that are attached twice (enum passage in bpf/maps.bpf.h), called twins. Only kernels that
 * can preempt programs need twins. The tests pretend that this is such a kernel. They detach a program to
 * simulate that the kernel skips it. Needs root.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include "load/attach.h"
#include "load/extract.h"
#include "session.h"

#define CALLS 3

/* Counters of losses, indexed by enum a4t_loss. */
struct losses {
	uint64_t of[A4T_LOSS_KINDS];
};

static int listener; /* inherited by callers */

static void accept_from(int fd)
{
	accept4(fd, NULL, NULL, 0);
}

/* The file descriptors -1, -2 and -3 distinguish the calls. */
static void accept_some(void)
{
	for (int fd = -1; fd >= -CALLS; fd--)
		accept_from(fd);
}

static void *accept_in_thread(void *unused)
{
	accept_from(-2);
	return unused;
}

static void accept_in_two_threads(void)
{
	pthread_t thread;

	accept_from(-1);
	pthread_create(&thread, NULL, accept_in_thread, NULL);
	pthread_join(thread, NULL);
}

/* The first call blocks until a client connects. */
static void accept_a_client(void)
{
	accept_from(listener);
	accept_from(-2);
}

/* All children are alive at the same time. */
static void fork_some(void)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC))
		_exit(EXIT_FAILURE);
	for (int i = 0; i < CALLS; i++)
		if (fork() == 0) {
			close(ends[1]);
			_exit(read(ends[0], &byte, 1));
		}
	close(ends[1]);
	while (wait(NULL) > 0)
		;
}

static struct a4t *open_with_twins(const struct a4t_config *config)
{
	struct kernel_types *types = (struct kernel_types *)kernel_types();

	if (!root_or_skip())
		return NULL;
	if (!types->typed) {
		skip_on_this_kernel("needs a kernel with typed reads");
		return NULL;
	}
	types->functions[FUNCTION_FAULTABLE] = 1;
	return open_session(config);
}

static struct losses follow_calls(struct a4t *session, void (*calls)(void))
{
	struct caller caller = start_caller(calls);
	struct losses losses = {};

	follow(session, &caller);
	CHECK_EQ(0, a4t_losses(session, losses.of));
	return losses;
}

static void check_next_call(int fd, uint32_t flags)
{
	const struct accept_event *event = next_record();

	CHECK(event);
	if (!event)
		return;
	CHECK_EQ(A4T_EVENT_ACCEPT4, event->type);
	CHECK_EQ(fd, event->fd);
	CHECK_EQ(flags, event->flags & (A4T_ENTER_UNSEEN | A4T_ENTER_LOST | A4T_EXIT_LOST | A4T_BY_SECCOMP));
}

static void check_end(void)
{
	const struct accept_event *event = next_record();

	CHECK(event && event->type == A4T_EVENT_EXIT);
	CHECK(!next_record());
}

/* Makes calls while the programs of `links` are skipped. Each call must have one record with `flags`. */
static void check_skipped(const int *links, int count, uint32_t flags)
{
	struct a4t *session = open_with_twins(&usual);
	struct losses losses;

	if (!session)
		return;
	for (int i = 0; i < count; i++)
		detach(&session->hooks.links[links[i]]);
	losses = follow_calls(session, accept_some);
	for (int fd = -1; fd >= -CALLS; fd--)
		check_next_call(fd, flags);
	check_end();
	CHECK_EQ(flags ? CALLS : 0, losses.of[A4T_LOST_HALVES]);
	CHECK_EQ(0, losses.of[A4T_LOST_RECURSION]);
	a4t_close(session);
}

#define CHECK_SKIPPED(flags, ...)                                                     \
	do {                                                                          \
		static const int links[] = {__VA_ARGS__};                             \
		check_skipped(links, (int)(sizeof(links) / sizeof(links[0])), flags); \
	} while (0)

static void two_programs_make_one_record(void)
{
	check_skipped(NULL, 0, 0);
}

static void skipping_one_program_changes_nothing(void)
{
	CHECK_SKIPPED(0, LINK_ENTER);
	CHECK_SKIPPED(0, LINK_ENTER_TWIN);
	CHECK_SKIPPED(0, LINK_EXIT);
	CHECK_SKIPPED(0, LINK_EXIT_TWIN);
	CHECK_SKIPPED(0, LINK_ENTER, LINK_EXIT);
	CHECK_SKIPPED(0, LINK_ENTER_TWIN, LINK_EXIT);
	CHECK_SKIPPED(0, LINK_ENTER, LINK_EXIT_TWIN);
	CHECK_SKIPPED(0, LINK_THREAD_EXIT);
	CHECK_SKIPPED(0, LINK_THREAD_EXIT_TWIN);
}

static void skipping_both_programs_marks_the_record(void)
{
	CHECK_SKIPPED(A4T_ENTER_LOST, LINK_ENTER, LINK_ENTER_TWIN);
	CHECK_SKIPPED(A4T_EXIT_LOST, LINK_EXIT, LINK_EXIT_TWIN);
}

static void a_thread_without_a_table_entry_has_one_record(void)
{
	struct a4t_config config = usual;
	struct a4t *session;
	struct losses losses;

	config.max_calls = 1;
	session = open_with_twins(&config);
	if (!session)
		return;
	losses = follow_calls(session, accept_in_two_threads);
	check_next_call(-1, 0);
	check_next_call(-2, A4T_ENTER_LOST);
	check_end();
	CHECK_EQ(1, losses.of[A4T_LOST_INFLIGHT_FULL]);
	CHECK_EQ(0, losses.of[A4T_LOST_HALVES]);
	a4t_close(session);
}

/*
 * `targets` has one entry more than max_targets, for the accept4 call by which a4t_open() proves that its
 * hooks work (load/proof.h). After that call, one child gets this entry.
 */
static void a_child_without_a_table_entry_is_counted_once(void)
{
	struct a4t_config config = usual;
	struct a4t *session;
	struct losses losses;

	config.max_targets = 1;
	config.follow = true;
	session = open_with_twins(&config);
	if (!session)
		return;
	losses = follow_calls(session, fork_some);
	CHECK_EQ(CALLS - 1, losses.of[A4T_LOST_TARGETS_FULL]);
	a4t_close(session);
}

static void listen_anywhere(void)
{
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_EQ(0, listen(listener, 1));
}

static int connect_to_listener(void)
{
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	CHECK_EQ(0, getsockname(listener, (struct sockaddr *)&address, &size));
	CHECK_EQ(0, connect(client, (struct sockaddr *)&address, size));
	return client;
}

static bool is_in_accept(pid_t pid)
{
	char path[32];
	FILE *file;
	long number = -1;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%ld", &number) != 1)
		number = -1;
	fclose(file);
	return number == SYS_accept4;
}

/*
 * When a process becomes a target, its calls in progress are announced, i.e. get an entry in the map `calls`.
 * If the exit of such a call is missed, the program at the entry of the thread's next call finds this entry.
 * The program cannot know whether a4t_find_calls_in_progress() announced the old call, or announced the next
 * call just before the program ran. So the old call gets no record. The caller is forked before the session
 * is opened. Otherwise, the caller would inherit the links, and detaching would have no effect.
 */
static void an_announced_call_without_exit_has_no_record(void)
{
	struct caller caller;
	struct a4t_error error;
	struct a4t *session;
	int client;

	if (!root_or_skip())
		return;
	listen_anywhere();
	caller = start_caller(accept_a_client);
	close(caller.go);
	while (!is_in_accept(caller.pid))
		sched_yield();
	session = open_with_twins(&usual);
	if (session) {
		CHECK_EQ(0, a4t_trace_process(session, caller.pid, &error));
		CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
		detach(&session->hooks.links[LINK_EXIT]);
		detach(&session->hooks.links[LINK_EXIT_TWIN]);
	}
	client = connect_to_listener();
	if (session) {
		read_until_targets_are_gone(session);
		check_next_call(-2, A4T_EXIT_LOST);
		check_end();
	}
	CHECK_EQ(caller.pid, waitpid(caller.pid, NULL, 0));
	close(client);
	close(listener);
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"two programs make one record", two_programs_make_one_record},
		{"skipping one program changes nothing", skipping_one_program_changes_nothing},
		{"skipping both programs marks the record", skipping_both_programs_marks_the_record},
		{"a thread without a table entry has one record",
		 a_thread_without_a_table_entry_has_one_record},
		{"an announced call without exit has no record",
		 an_announced_call_without_exit_has_no_record},
		{"a child without a table entry is counted once",
		 a_child_without_a_table_entry_is_counted_once},
	};

	return RUN(tests);
}
