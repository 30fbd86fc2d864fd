/* SPDX-License-Identifier: MIT */
/* Tests of a4t_check_hook(), and of a4t_open() and its failures; needs root. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "load/attach.h"
#include "load/rungs.h"

#define SOMEBODY 65534

/* A missing cgroup must not be reported as a failure of hooks. */
static void a_missing_cgroup_is_the_only_error(void)
{
	struct a4t_config config = {.ring_bytes = 65536, .max_calls = 64, .max_targets = 4, .watch_fd = -1};
	struct a4t_error error;
	int files = open_files();

	config.filter.set = A4T_FILTER_CGROUP;
	config.cgroup = "/nonexistent";
	CHECK(!a4t_open(&config, &error));
	CHECK_EQ(ENOENT, error.error);
	CHECK_EQ(A4T_FAILURE_CGROUP, error.failure);
	CHECK_TEXT("find cgroup /nonexistent", error.stage);
	CHECK_TEXT("", error.detail);
	CHECK_EQ(files, open_files());
}

/* The kernel rejects a ring buffer of 0 bytes. */
static void a_failed_open_reports_the_reason_and_leaves_nothing_open(void)
{
	struct a4t_config config = {.max_calls = 64, .max_targets = 4, .watch_fd = -1};
	struct a4t_error error;
	int files = open_files();

	if (!root_or_skip())
		return;
	CHECK(!a4t_open(&config, &error));
	CHECK_EQ(EINVAL, error.error);
	CHECK_EQ(A4T_FAILURE_OTHER, error.failure);
	CHECK_TEXT("load the BPF programs", error.stage);
	CHECK(strstr(error.detail, "map 'events': failed to create"));
	CHECK_EQ(files, open_files());
}

static int open_with_fentry(struct a4t_error *error)
{
	const struct a4t_config config = {.ring_bytes = 64 * 1024,
					  .max_calls = 64,
					  .max_targets = 4,
					  .watch_fd = -1,
					  .probe = A4T_PROBE_FENTRY};
	struct a4t *session = a4t_open(&config, error);

	if (!session)
		return -error->error;
	a4t_close(session);
	return 0;
}

static void hooks_that_are_not_allowed_are_not_called_missing(void)
{
	struct a4t_error error;

	if (!root_or_skip())
		return;
	if (!check_fentry()) {
		skip_on_this_kernel("needs a kernel that does not allow fentry");
		return;
	}
	CHECK_EQ(check_fentry(), open_with_fentry(&error));
	CHECK_EQ(A4T_FAILURE_OTHER, error.failure);
	CHECK_TEXT("attach the requested hooks", error.stage);
	CHECK_EQ(check_fentry() == -EOPNOTSUPP, !strcmp("this kernel has no fentry", error.detail));
}

/* setfsuid() drops the capabilities for files, but not those for BPF. */
static int open_without_tracefs(void)
{
	struct a4t_error error;

	setfsuid(SOMEBODY);
	CHECK_EQ(-EACCES, open_with_fentry(&error));
	CHECK_EQ(A4T_FAILURE_TRACEPOINT, error.failure);
	CHECK_TEXT("attach the requested hooks", error.stage);
	CHECK_TEXT("", error.detail);
	return failures;
}

static void an_unreadable_tracefs_is_not_a_kernel_without_fentry(void)
{
	int status = -1;
	pid_t child;

	if (!root_or_skip())
		return;
	child = fork();
	if (child == 0)
		_exit(open_without_tracefs());
	CHECK_EQ(child, waitpid(child, &status, 0));
	CHECK_EQ(0, status);
}

static void checks_hooks(void)
{
	int kprobe = kprobes_available() ? 0 : -EOPNOTSUPP, files = open_files();

	if (!root_or_skip())
		return;
	CHECK_EQ(0, a4t_check_hook(A4T_HOOK_TRACEPOINTS));
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_SOCK_GRAFT));
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_SOCKET_ACCEPT));
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_FD_INSTALL));
	/* A kernel may support fentry and still deny it, so an error is also correct. */
	CHECK(a4t_check_hook(A4T_HOOK_FENTRY) <= 0);
	CHECK(a4t_check_hook(A4T_HOOK_ACCEPT_FENTRY) <= 0);
	CHECK_EQ(kprobe, a4t_check_hook(A4T_HOOK_UNIX_CONNECT));
	CHECK_EQ(-EINVAL, a4t_check_hook(A4T_HOOK_UNIX_CLOSED + 1));
	CHECK_EQ(files, open_files());
}

/* Makes perf_event_open() fail on CPU 0 as if that CPU were offline. */
static void take_away_the_first_processor(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENODEV),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	cpu_set_t second;

	CPU_ZERO(&second);
	CPU_SET(1, &second);
	CHECK_EQ(0, sched_setaffinity(0, sizeof(second), &second));
	CHECK_EQ(0, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_EQ(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter));
}

static int open_without_the_first_processor(void)
{
	const struct a4t_config config = {
		.ring_bytes = 64 * 1024, .max_calls = 64, .max_targets = 4, .watch_fd = -1};
	struct a4t_error error;
	struct a4t *session;

	take_away_the_first_processor();
	CHECK_EQ(0, a4t_check_hook(A4T_HOOK_TRACEPOINTS));
	session = a4t_open(&config, &error);
	CHECK(session);
	if (session)
		CHECK_EQ(kprobes_available() ? A4T_PROBE_KPROBE : A4T_PROBE_TRACEPOINT, a4t_hooks(session));
	a4t_close(session);
	return failures;
}

static void does_not_depend_on_a_particular_cpu(void)
{
	int status = -1;
	pid_t child;

	if (!root_or_skip())
		return;
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		skip("needs two CPUs");
		return;
	}
	child = fork();
	if (child == 0)
		_exit(open_without_the_first_processor());
	CHECK_EQ(child, waitpid(child, &status, 0));
	CHECK_EQ(0, status);
}

int main(void)
{
	static const struct test tests[] = {
		{"a missing cgroup is the only error", a_missing_cgroup_is_the_only_error},
		{"a failed open reports the reason and leaves nothing open",
		 a_failed_open_reports_the_reason_and_leaves_nothing_open},
		{"hooks that are not allowed are not called missing",
		 hooks_that_are_not_allowed_are_not_called_missing},
		{"an unreadable tracefs is not reported as a missing fentry",
		 an_unreadable_tracefs_is_not_a_kernel_without_fentry},
		{"checks each hook", checks_hooks},
		{"does not depend on a particular CPU", does_not_depend_on_a_particular_cpu},
	};

	/*
	 * Opens the kernel's types now. They stay open until the process ends, so that they do not change
	 * open_files() during a test.
	 */
	a4t_prepare(NULL);
	return RUN(tests);
}
