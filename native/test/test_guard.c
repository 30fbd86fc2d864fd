/* SPDX-License-Identifier: MIT */
/* Tests of the guard, a process that kills a traced command when the tracer ends; needs root. */
#include "process/guard.h"
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "state.h"

static const struct a4t_config usual = {
	.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4, .watch_fd = -1, .follow = true};

static struct a4t *open_session(void)
{
	struct a4t_error error;

	return root_or_skip() ? a4t_open(&usual, &error) : NULL;
}

/* Starts a process that ignores SIGTERM. */
static pid_t start_stubborn(void)
{
	pid_t child = fork();

	if (child == 0) {
		signal(SIGTERM, SIG_IGN);
		for (;;)
			pause();
	}
	return child;
}

/* Adds a target, as process_fork() of the BPF programs does. */
static int follow(struct a4t *session, uint32_t tgid)
{
	uint8_t forked = 2;

	return bpf_map_update_elem(bpf_map__fd(session->skel->maps.targets), &tgid, &forked, BPF_ANY);
}

/*
 * Waits for the end of the child. The guard may end first, because BPF programs delete the target a moment
 * before its end. If nobody kills the child, the alarm of check.h ends the test.
 */
static bool was_killed(pid_t child)
{
	int status = 0;

	return waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void guard_kills_the_command_and_its_followed_children(void)
{
	struct a4t *session = open_session();
	pid_t command, child, other;

	if (!session)
		return;
	command = start_stubborn();
	child = start_stubborn();
	other = start_stubborn();
	CHECK_EQ(0, follow(session, child));
	CHECK_EQ(0, start_guard(session, command));
	end_guarded(session);
	CHECK(was_killed(command));
	CHECK(was_killed(child));
	CHECK_EQ(0, waitpid(other, NULL, WNOHANG));
	kill(other, SIGKILL);
	CHECK(was_killed(other));
	/* A second call must have no effect. */
	end_guarded(session);
	a4t_close(session);
}

/* Forks a tracer in a process group of its own. A SIGKILL ends the group once the guard runs. */
static pid_t start_tracer(struct a4t *session, pid_t command)
{
	pid_t tracer = fork();

	if (tracer == 0) {
		setpgid(0, 0);
		if (!start_guard(session, command))
			kill(0, SIGKILL);
		_exit(1);
	}
	return tracer;
}

static void guard_outlives_the_process_group_of_the_tracer(void)
{
	struct a4t *session = open_session();
	pid_t command;

	if (!session)
		return;
	command = start_stubborn();
	CHECK(was_killed(start_tracer(session, command)));
	CHECK(was_killed(command));
	a4t_close(session);
}

/* Leaves as many free descriptors as start_guard() needs: for a pidfd and both ends of a pipe. */
static void leave_three_files(void)
{
	struct rlimit limit;
	int lowest = dup(0);

	close(lowest);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = lowest + 3;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void guard_needs_no_more_files_than_it_gets(void)
{
	struct a4t *session = open_session();
	struct rlimit before;
	pid_t command;

	if (!session)
		return;
	getrlimit(RLIMIT_NOFILE, &before);
	command = start_stubborn();
	leave_three_files();
	CHECK(was_killed(start_tracer(session, command)));
	setrlimit(RLIMIT_NOFILE, &before);
	CHECK(was_killed(command));
	a4t_close(session);
}

/* Starts a process with the id of one that has ended. */
static pid_t start_with_id(pid_t id)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&id, .set_tid_size = 1};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	while (child == 0)
		pause();
	return child;
}

static void stranger_with_the_id_of_a_followed_child_is_spared(void)
{
	struct a4t *session = open_session();
	pid_t command, child, stranger;

	if (!session)
		return;
	command = start_stubborn();
	child = start_stubborn();
	kill(child, SIGKILL);
	CHECK(was_killed(child));
	/* Make the child a target, as if the BPF programs had missed its end. */
	CHECK_EQ(0, follow(session, child));
	stranger = start_with_id(child);
	CHECK_EQ(child, stranger);
	CHECK_EQ(0, start_guard(session, command));
	end_guarded(session);
	CHECK(was_killed(command));
	CHECK_EQ(0, waitpid(stranger, NULL, WNOHANG));
	kill(stranger, SIGKILL);
	CHECK(was_killed(stranger));
	a4t_close(session);
}

static void command_can_have_ended(void)
{
	struct a4t *session = open_session();
	pid_t command;
	int status = 0;

	if (!session)
		return;
	command = fork();
	if (command == 0) {
		pause();
		_exit(0);
	}
	CHECK_EQ(0, start_guard(session, command));
	kill(command, SIGTERM);
	CHECK_EQ(command, waitpid(command, &status, 0));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	CHECK_EQ(-ESRCH, start_guard(session, command));
	a4t_close(session);
}

static void without_a_guard_nothing_ends(void)
{
	struct a4t *session = open_session();
	pid_t command;

	if (!session)
		return;
	command = start_stubborn();
	CHECK_EQ(0, follow(session, command));
	a4t_end_command(session);
	CHECK_EQ(0, waitpid(command, NULL, WNOHANG));
	a4t_close(session);
	CHECK_EQ(0, waitpid(command, NULL, WNOHANG));
	kill(command, SIGKILL);
	CHECK(was_killed(command));
}

/*
 * The tests below trace the guard, to change something between two of its system calls. Returns true at the
 * entry of its next system call, false once it has ended.
 */
static bool run_to_call(pid_t guard, struct __ptrace_syscall_info *info)
{
	int status;

	do {
		ptrace(PTRACE_SYSCALL, guard, NULL, NULL);
		if (waitpid(guard, &status, 0) != guard || !WIFSTOPPED(status))
			return false;
		ptrace(PTRACE_GET_SYSCALL_INFO, guard, sizeof(*info), info);
	} while (info->op != PTRACE_SYSCALL_INFO_ENTRY);
	return true;
}

/* Begins to trace the guard, and makes it kill the command and all targets. */
static pid_t end_traced(struct a4t *session)
{
	pid_t guard = session->command.guard;

	CHECK_EQ(0, ptrace(PTRACE_SEIZE, guard, NULL, PTRACE_O_TRACESYSGOOD));
	CHECK_EQ(0, ptrace(PTRACE_INTERRUPT, guard, NULL, NULL));
	CHECK_EQ(guard, waitpid(guard, NULL, 0));
	close(session->command.leash);
	session->command.guard = 0;
	return guard;
}

/* Returns true once the guard has made a pass and waits before the next one, false if it has ended. */
static bool run_to_pause(pid_t guard)
{
	struct __ptrace_syscall_info info;

	while (run_to_call(guard, &info)) {
		/* Only these poll() calls do not wait for a file. */
#ifdef SYS_poll
		if (info.entry.nr == SYS_poll && !info.entry.args[0])
			return true;
#endif
		if (info.entry.nr == SYS_ppoll && !info.entry.args[0])
			return true;
	}
	return false;
}

static void run_to_end(pid_t guard)
{
	int status = 0;

	CHECK_EQ(0, ptrace(PTRACE_DETACH, guard, NULL, NULL));
	CHECK_EQ(guard, waitpid(guard, &status, 0));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void target_that_one_pass_misses_is_killed(void)
{
	struct a4t *session = open_session();
	pid_t command, child, guard;

	if (!session)
		return;
	command = start_stubborn();
	child = start_stubborn();
	CHECK_EQ(0, start_guard(session, command));
	guard = end_traced(session);
	if (run_to_pause(guard)) {
		CHECK_EQ(0, follow(session, child));
		run_to_end(guard);
	}
	CHECK(was_killed(command));
	CHECK(was_killed(child));
	a4t_close(session);
}

static void target_without_a_pidfd_counts_as_alive(void)
{
	struct a4t *session = open_session();
	struct rlimit before, none;
	pid_t command, child, guard;

	if (!session)
		return;
	command = start_stubborn();
	child = start_stubborn();
	CHECK_EQ(0, follow(session, child));
	CHECK_EQ(0, start_guard(session, command));
	CHECK_EQ(0, prlimit(session->command.guard, RLIMIT_NOFILE, NULL, &before));
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	CHECK_EQ(0, prlimit(session->command.guard, RLIMIT_NOFILE, &none, NULL));
	guard = end_traced(session);
	/* Without a pidfd, a pass counts the target as alive. So two such passes must not end the guard. */
	if (run_to_pause(guard) && run_to_pause(guard)) {
		CHECK_EQ(0, prlimit(guard, RLIMIT_NOFILE, &before, NULL));
		run_to_end(guard);
	}
	CHECK(was_killed(command));
	CHECK(was_killed(child));
	a4t_close(session);
}

/* Replaces the only target, so that a pass starts again. No process has these ids. */
static void replace_target(struct a4t *session, bool odd)
{
	uint32_t old = INT32_MAX - odd;

	CHECK_EQ(0, follow(session, INT32_MAX - !odd));
	bpf_map_delete_elem(bpf_map__fd(session->skel->maps.targets), &old);
}

static void endless_pass_is_given_up(void)
{
	struct a4t *session = open_session();
	struct __ptrace_syscall_info info;
	pid_t command, guard;
	bool odd = false;
	/* Far more system calls than the guard can make in two seconds, after which it must give up. */
	int most = 2000000;

	if (!session)
		return;
	command = start_stubborn();
	CHECK_EQ(0, start_guard(session, command));
	guard = end_traced(session);
	for (; most && run_to_call(guard, &info); most--)
		if (info.entry.nr == SYS_bpf)
			replace_target(session, odd = !odd);
	CHECK(most > 0);
	kill(guard, SIGKILL);
	CHECK(was_killed(command));
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"the guard kills the command and its followed children",
		 guard_kills_the_command_and_its_followed_children},
		{"the guard outlives the process group of the tracer",
		 guard_outlives_the_process_group_of_the_tracer},
		{"the guard needs no more files than it gets", guard_needs_no_more_files_than_it_gets},
		{"a stranger with the id of a followed child is spared",
		 stranger_with_the_id_of_a_followed_child_is_spared},
		{"the command can have ended", command_can_have_ended},
		{"without a guard, nothing ends", without_a_guard_nothing_ends},
		{"a target that one pass misses is killed", target_that_one_pass_misses_is_killed},
		{"a target without a pidfd counts as alive", target_without_a_pidfd_counts_as_alive},
		{"an endless pass is given up", endless_pass_is_given_up},
	};

	return RUN(tests);
}
