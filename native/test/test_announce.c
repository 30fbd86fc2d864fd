/* SPDX-License-Identifier: MIT */
/* Tests of calls that are in progress when tracing begins; needs root. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "load/attach.h"
#include "session.h"

#define BLOCKED	    4
#define ROOM	    2
#define BATCH_BYTES 65536

/* Shared with the child. */
static struct blocked {
	struct sockaddr_un name;
	socklen_t name_len;
	atomic_int tids[BLOCKED];
} * blocked;

static int listener;

static void *accept_one(void *tid)
{
	*(atomic_int *)tid = gettid();
	accept4(listener, NULL, NULL, 0);
	pause();
	return NULL;
}

/* bind() with only a family makes the kernel choose an abstract name: autobind in unix(7). */
static void listen_anywhere(void)
{
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	blocked->name.sun_family = AF_UNIX;
	blocked->name_len = sizeof(blocked->name);
	if (bind(listener, (struct sockaddr *)&blocked->name, sizeof(sa_family_t)) ||
	    listen(listener, BLOCKED) ||
	    getsockname(listener, (struct sockaddr *)&blocked->name, &blocked->name_len))
		_exit(EXIT_FAILURE);
}

/*
 * Installs a filter that allows all calls. The tracer cannot know that, so it must assume that seccomp may
 * have answered any call.
 */
static void enter_seccomp(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {.len = 1, .filter = &allow};

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		_exit(EXIT_FAILURE);
}

static void block(void)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter_seccomp();
	listen_anywhere();
	for (int i = 0; i < BLOCKED; i++)
		pthread_create(&thread, NULL, accept_one, &blocked->tids[i]);
	pause();
}

/* Returns the number of the system call in which the thread sleeps; -1 if it runs. */
static long current_call(pid_t tid)
{
	char path[64];
	long number = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	file = fopen(path, "re");
	if (file && fscanf(file, "%ld", &number) != 1)
		number = -1;
	if (file)
		fclose(file);
	return number;
}

static pid_t start_blocked(void)
{
	pid_t child;

	blocked = mmap(NULL, sizeof(*blocked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(blocked != MAP_FAILED);
	child = fork();
	if (child == 0)
		block();
	for (int i = 0; i < BLOCKED; i++)
		while (current_call(blocked->tids[i]) != SYS_accept4)
			sched_yield();
	return child;
}

static void connect_once(void)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK_EQ(0, connect(client, (struct sockaddr *)&blocked->name, blocked->name_len));
	close(client);
}

/* Lets all calls return. Counts their records by flag: counts[bit] is the number of records with that bit. */
static void serve(struct a4t *session, int counts[32])
{
	static char records[BATCH_BYTES] __attribute__((aligned(8)));
	struct a4t_wakeup wakeup;
	int bytes = 0;

	for (int i = 0; i < BLOCKED; i++)
		connect_once();
	for (int seen = 0; seen < BLOCKED && bytes >= 0;) {
		bytes = a4t_poll(session, records, sizeof(records), -1, &wakeup);
		CHECK(bytes >= 0);
		for (int at = 0; at < bytes; seen++) {
			const struct accept_event *event = (const void *)(records + at);

			CHECK(event->ret >= 0);
			for (int bit = 0; bit < 32; bit++)
				counts[bit] += event->flags >> bit & 1;
			at += event->size;
		}
	}
}

static int count_of(const int counts[32], uint32_t flag)
{
	return counts[__builtin_ctz(flag)];
}

/*
 * Checks that of the calls in progress, `announced` get an entry in the table of calls in flight. The child
 * has a seccomp filter, so a call without such an entry could be mistaken for one that seccomp answered.
 */
static void check_announced(uint32_t max_calls, int announced)
{
	struct a4t_config config = usual;
	struct a4t_error error;
	struct a4t *session;
	uint64_t losses[A4T_LOSS_KINDS];
	int counts[32] = {};
	pid_t child;

	config.max_calls = max_calls;
	session = root_or_skip() ? a4t_open(&config, &error) : NULL;
	if (!session)
		return;
	child = start_blocked();
	CHECK_EQ(0, a4t_trace_process(session, child, &error));
	CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
	CHECK_EQ(0, a4t_losses(session, losses));
	CHECK_EQ(BLOCKED - announced, losses[A4T_LOST_INFLIGHT_FULL]);
	serve(session, counts);
	CHECK_EQ(announced, count_of(counts, A4T_ENTER_UNSEEN));
	CHECK_EQ(BLOCKED - announced, count_of(counts, A4T_ENTER_LOST));
	CHECK_EQ(0, count_of(counts, A4T_BY_SECCOMP));
	CHECK_EQ(0, a4t_losses(session, losses));
	CHECK_EQ(BLOCKED - announced, losses[A4T_LOST_INFLIGHT_FULL]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	a4t_close(session);
}

static void calls_in_progress_are_announced(void)
{
	check_announced(64, BLOCKED);
}

static void calls_without_a_table_entry_are_counted_once(void)
{
	check_announced(ROOM, ROOM);
}

static void walk(struct a4t *session, uint32_t purpose)
{
	int iterator;
	char byte;

	session->skel->bss->walk_purpose = purpose;
	iterator = bpf_iter_create(session->hooks.task_walk);
	CHECK(iterator >= 0);
	CHECK_EQ(0, read(iterator, &byte, sizeof(byte)));
	close(iterator);
}

/* Lets the calls return without the programs at their exits, and walks over the tasks as a4t_stop() does. */
static void skip_exits(struct a4t *session)
{
	static const int exits[] = {LINK_EXIT, LINK_EXIT_TWIN, LINK_EXIT_FEXIT};

	for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
		detach(&session->hooks.links[exits[i]]);
	for (int i = 0; i < BLOCKED; i++)
		connect_once();
	for (int i = 0; i < BLOCKED; i++)
		while (current_call(blocked->tids[i]) < 0 || current_call(blocked->tids[i]) == SYS_accept4)
			sched_yield();
	walk(session, WALK_MARK);
	walk(session, WALK_REPORT);
}

/* Returns the number of records. Checks that each is a call on the listener, with a skipped exit. */
static int skipped_exits(struct a4t *session)
{
	static char records[BATCH_BYTES] __attribute__((aligned(8)));
	struct a4t_wakeup wakeup;
	int count = 0, bytes = a4t_poll(session, records, sizeof(records), 0, &wakeup);

	for (int at = 0; at < bytes; count++) {
		const struct accept_event *event = (const void *)(records + at);

		CHECK_EQ(A4T_EXIT_LOST | A4T_ENTER_UNSEEN | A4T_HAS_LISTENER,
			 event->flags & (A4T_EXIT_LOST | A4T_ENTER_UNSEEN | A4T_HAS_LISTENER));
		CHECK_EQ(AF_UNIX, event->listener.family);
		CHECK(event->cgroup != 0);
		at += event->size;
	}
	return count;
}

static void check_skipped_exits(struct a4t_filter filter, int expected)
{
	struct a4t_config config = usual;
	struct a4t_error error;
	struct a4t *session;
	pid_t child;

	if (!root_or_skip())
		return;
	config.filter = filter;
	child = start_blocked(); /* first, because it would inherit the hooks and keep them attached */
	session = a4t_open(&config, &error);
	CHECK(session);
	if (session) {
		CHECK_EQ(0, a4t_trace_process(session, child, &error));
		CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
		skip_exits(session);
		CHECK_EQ(expected, skipped_exits(session));
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	a4t_close(session);
}

static void filters_apply_to_announced_calls_whose_exit_is_skipped(void)
{
	struct a4t_filter named = {.comm_count = 1, .comms = {{"nobody", "\xff\xff\xff\xff\xff\xff\xff"}}};

	check_skipped_exits((struct a4t_filter){}, BLOCKED);
	check_skipped_exits((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_UNIX}, BLOCKED);
	check_skipped_exits((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_INET}, 0);
	check_skipped_exits((struct a4t_filter){.set = A4T_FILTER_UID, .uid = getuid()}, BLOCKED);
	check_skipped_exits((struct a4t_filter){.set = A4T_FILTER_UID, .uid = getuid() + 1}, 0);
	check_skipped_exits(named, 0);
}

int main(void)
{
	static const struct test tests[] = {
		{"calls in progress are announced", calls_in_progress_are_announced},
		{"calls without a table entry are counted once, and not as answered by seccomp",
		 calls_without_a_table_entry_are_counted_once},
		{"filters apply to announced calls whose exit is skipped",
		 filters_apply_to_announced_calls_whose_exit_is_skipped},
	};

	return RUN(tests);
}
