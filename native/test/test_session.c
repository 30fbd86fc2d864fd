/* SPDX-License-Identifier: MIT */
/* Tests of complete sessions on the running kernel; needs root. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "load/attach.h"
#include "session.h"
#include "targets/targets.h"

/* More short records than fit into a ring of one page. A prime, so that rounding cannot hide a miscount. */
#define CALLS_BEYOND_A_PAGE 23

/* What the child reports about its sockets, in shared memory. */
struct shared {
	int listener;
	int accepted;
	ino_t client;
	struct sockaddr_un name;
	socklen_t name_len;
};

static struct shared *shared;

static void accept_nothing(void)
{
	accept4(-1, NULL, NULL, 0);
}

/* Runs on one CPU, which then has all losses. The sum over all CPUs must include them. */
static void accept_nothing_often(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	for (int i = 0; i < CALLS_BEYOND_A_PAGE; i++)
		accept_nothing();
}

/* bind() with only a family makes the kernel choose an abstract name: autobind in unix(7). */
static int listen_anywhere(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	shared->name.sun_family = AF_UNIX;
	shared->name_len = sizeof(shared->name);
	if (bind(fd, (struct sockaddr *)&shared->name, sizeof(sa_family_t)) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&shared->name, &shared->name_len))
		_exit(EXIT_FAILURE);
	return fd;
}

static void accept_three_ways(void)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat status;

	accept4(-1, NULL, NULL, 0);
	shared->listener = listen_anywhere();
	accept4(shared->listener, NULL, NULL, SOCK_NONBLOCK);
	if (connect(client, (struct sockaddr *)&shared->name, shared->name_len) || fstat(client, &status))
		_exit(EXIT_FAILURE);
	shared->client = status.st_ino;
	shared->accepted = accept4(shared->listener, NULL, NULL, SOCK_CLOEXEC);
}

static void check_call(const struct accept_event *event, pid_t pid, int fd, long ret, int flags)
{
	CHECK_EQ(A4T_EVENT_ACCEPT4, event->type);
	CHECK_EQ(pid, event->tgid);
	CHECK_EQ(pid, event->tid);
	CHECK_EQ(fd, event->fd);
	CHECK_EQ(ret, event->ret);
	CHECK_EQ(flags, event->sock_flags);
	CHECK_EQ(0, event->flags & A4T_ENTER_UNSEEN);
	CHECK(event->exit_ns >= event->enter_ns);
}

static void check_success(const struct accept_event *event)
{
	const struct accept_event_long *whole = (const void *)event;
	unsigned int name_len = shared->name_len - sizeof(sa_family_t);

	CHECK_EQ(sizeof(*whole), event->size);
	CHECK_EQ(A4T_HAS_LISTENER | A4T_HAS_PEER, event->flags & (A4T_HAS_LISTENER | A4T_HAS_PEER));
	/* The process has one thread, so no other task can have replaced the fd. */
	CHECK_EQ(0, event->flags & A4T_PEER_RACY);
	CHECK_EQ(AF_UNIX, event->accepted.family);
	CHECK_EQ(shared->client, event->peer_inode);
	CHECK_EQ(name_len, event->listener.local.name_len);
	CHECK(!memcmp(shared->name.sun_path, whole->local_name, name_len));
}

static void check_exit(const struct accept_event *event, pid_t pid)
{
	CHECK_EQ(A4T_EVENT_EXIT, event->type);
	CHECK_EQ(pid, event->tgid);
	CHECK_EQ(EXIT_STATUS << 8, event->ret);
}

static void check_three_ways(pid_t pid)
{
	const struct accept_event *bad = next_record(), *empty = next_record(), *accepted = next_record(),
				  *exit = next_record();

	CHECK(exit);
	CHECK(!next_record());
	if (!exit)
		return;
	check_call(bad, pid, -1, -EBADF, 0);
	CHECK_EQ(sizeof(*bad), bad->size);
	check_call(empty, pid, shared->listener, -EAGAIN, SOCK_NONBLOCK);
	CHECK_EQ(A4T_HAS_LISTENER, empty->flags & (A4T_HAS_LISTENER | A4T_HAS_PEER));
	check_call(accepted, pid, shared->listener, shared->accepted, SOCK_CLOEXEC);
	check_success(accepted);
	check_exit(exit, pid);
}

static void follows_a_process_to_its_end(void)
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;
	uint64_t losses[A4T_LOSS_KINDS];
	struct caller caller;

	if (!session)
		return;
	caller = start_caller(accept_three_ways);
	follow(session, &caller);
	check_three_ways(caller.pid);
	CHECK_EQ(0, a4t_losses(session, losses));
	CHECK_EQ(0, losses[A4T_LOST_RING_FULL]);
	CHECK_EQ(0, losses[A4T_LOST_INFLIGHT_FULL]);
	a4t_close(session);
}

static void reports_its_hooks(void)
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;

	if (!session)
		return;
	CHECK_EQ(kprobes_available() ? A4T_PROBE_KPROBE : A4T_PROBE_TRACEPOINT, a4t_hooks(session));
	CHECK_TEXT(kprobes_available() ? "" : "this kernel has no kprobes", a4t_hooks_note(session));
	a4t_close(session);
}

static void stopping_ends_the_records(void)
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;
	struct a4t_error error;
	struct caller caller;

	if (!session)
		return;
	caller = start_caller(accept_nothing);
	CHECK_EQ(0, a4t_trace_process(session, caller.pid, &error));
	a4t_stop(session);
	close(caller.go);
	read_until_targets_are_gone(session);
	CHECK_EQ(0, records.used);
	waitpid(caller.pid, NULL, 0);
	a4t_close(session);
}

/* The first call leaves an entry of this thread in `calls`, with which the last call must not be reported. */
static void stopping_ends_the_records_of_known_threads(void)
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;
	struct a4t_error error;

	if (!session)
		return;
	records = (struct records){};
	CHECK_EQ(0, a4t_trace_process(session, getpid(), &error));
	accept_nothing();
	a4t_stop(session);
	accept_nothing();
	read_more(session);
	CHECK(next_record());
	CHECK(!next_record());
	a4t_close(session);
}

static int calls_of_ours(void)
{
	const struct accept_event *event;
	int count = 0;

	while ((event = next_record()))
		count += event->tgid == (uint32_t)getpid();
	return count;
}

/* Counts only our own calls, because other processes may call accept4, too. */
static void tracing_all_processes_includes_this_one(void)
{
	struct a4t *session = root_or_skip() ? open_session(&usual) : NULL;

	if (!session)
		return;
	records = (struct records){};
	accept_nothing();
	CHECK_EQ(0, a4t_trace_all(session));
	accept_nothing();
	accept_nothing();
	a4t_stop(session);
	accept_nothing();
	a4t_wake(session);
	read_more(session);
	CHECK_EQ(2, calls_of_ours());
	a4t_close(session);
}

/* Returns the cgroup in the record of a child's call. */
static uint64_t recorded_cgroup(uint32_t wanted)
{
	struct a4t_config config = usual;
	const struct accept_event *event;
	struct caller caller;
	struct a4t *session;

	config.cgroups = wanted;
	session = open_session(&config);
	if (!session)
		return 0;
	caller = start_caller(accept_nothing);
	follow(session, &caller);
	event = next_record();
	CHECK(event);
	a4t_close(session);
	return event ? event->cgroup : 0;
}

static void reads_cgroups_only_if_they_are_wanted(void)
{
	if (!root_or_skip())
		return;
	CHECK(recorded_cgroup(1) != 0);
	CHECK_EQ(0, recorded_cgroup(0));
}

static void counts_events_lost_in_a_full_ring(void)
{
	struct a4t_config config = usual;
	uint64_t losses[A4T_LOSS_KINDS] = {};
	struct a4t_error error;
	struct a4t *session;
	struct caller caller;
	int came = 0;

	config.ring_bytes = sysconf(_SC_PAGESIZE);
	session = root_or_skip() ? open_session(&config) : NULL;
	if (!session)
		return;
	caller = start_caller(accept_nothing_often);
	CHECK_EQ(0, a4t_trace_process(session, caller.pid, &error));
	close(caller.go);
	waitpid(caller.pid, NULL, 0);
	read_until_targets_are_gone(session);
	while (next_record())
		came++;
	CHECK_EQ(0, a4t_losses(session, losses));
	CHECK(losses[A4T_LOST_RING_FULL] > 0);
	/* The end of the process has a record, too. */
	CHECK_EQ(CALLS_BEYOND_A_PAGE + 1, came + losses[A4T_LOST_RING_FULL]);
	a4t_close(session);
}

static void refuses_processes_beyond_max_targets(void)
{
	struct a4t_config config = usual;
	struct a4t_error error = {};
	struct caller callers[3];
	struct a4t *session;

	config.max_targets = 1;
	session = root_or_skip() ? open_session(&config) : NULL;
	if (!session)
		return;
	for (int i = 0; i < 3; i++)
		callers[i] = start_caller(accept_nothing);
	CHECK_EQ(0, a4t_trace_process(session, callers[0].pid, &error));
	/*
	 * `targets` has an extra entry for the accept4 call by which a4t_open() proves that its hooks work
	 * (load/proof.h). After that call, another process gets the entry.
	 */
	CHECK_EQ(0, a4t_trace_process(session, callers[1].pid, &error));
	CHECK_EQ(-E2BIG, a4t_trace_process(session, callers[2].pid, &error));
	CHECK_EQ(2, session->targets.alive);
	/*
	 * A child begins its calls when all copies of its pipe are closed, and later children have inherited
	 * copies. So close all pipes before waiting for any child: the last child begins first.
	 */
	for (int i = 0; i < 3; i++)
		close(callers[i].go);
	read_until_targets_are_gone(session);
	for (int i = 0; i < 3; i++)
		waitpid(callers[i].pid, NULL, 0);
	a4t_close(session);
}

static void closing_leaves_nothing_open(void)
{
	struct a4t *session;
	struct caller caller;
	struct a4t_error error;
	int files;

	if (!root_or_skip())
		return;
	caller = start_caller(accept_nothing);
	files = open_files();
	session = open_session(&usual);
	if (session)
		CHECK_EQ(0, a4t_trace_process(session, caller.pid, &error));
	a4t_close(session);
	CHECK_EQ(files, open_files());
	close(caller.go);
	waitpid(caller.pid, NULL, 0);
}

int main(void)
{
	static const struct test tests[] = {
		{"follows a process to its end", follows_a_process_to_its_end},
		{"reports its hooks", reports_its_hooks},
		{"stopping ends the records", stopping_ends_the_records},
		{"stopping ends the records of known threads", stopping_ends_the_records_of_known_threads},
		{"tracing all processes includes this one", tracing_all_processes_includes_this_one},
		{"reads cgroups only if they are wanted", reads_cgroups_only_if_they_are_wanted},
		{"counts events lost in a full ring", counts_events_lost_in_a_full_ring},
		{"refuses processes beyond max_targets", refuses_processes_beyond_max_targets},
		{"closing leaves nothing open", closing_leaves_nothing_open},
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED ? EXIT_FAILURE : RUN(tests);
}
