/* SPDX-License-Identifier: MIT */
/* Tests of closing a session, which hands the slow detaching over to another task; needs root. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "check.h"
#include "state.h"

static bool is_loaded(uint32_t program)
{
	int fd = bpf_prog_get_fd_by_id(program);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const struct a4t_config usual = {.ring_bytes = 4096, .max_calls = 1, .max_targets = 1, .watch_fd = -1};

/* The id of a program of the session. */
static uint32_t program_id(const struct a4t *session)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	CHECK_EQ(0, bpf_obj_get_info_by_fd(bpf_program__fd(session->skel->progs.accept_exit), &info, &len));
	return info.id;
}

/* Opens and closes a session, and waits until its programs are unloaded. */
static void trace_nothing(void)
{
	struct a4t_error error;
	struct a4t *session = a4t_open(&usual, &error);
	uint32_t id;

	CHECK(session);
	if (!session)
		return;
	id = program_id(session);
	CHECK(is_loaded(id));
	a4t_close(session);
	/* TEST_LIMIT_S ends the loop if the programs stay loaded. */
	while (is_loaded(id))
		usleep(1000);
}

static void a_close_detaches_the_hooks_soon(void)
{
	if (!root_or_skip())
		return;
	trace_nothing();
	CHECK_EQ(-1, waitpid(-1, NULL, WNOHANG));
	CHECK_EQ(ECHILD, errno);
}

/* Denies io_uring, like the seccomp filters of many containers. */
static void deny_io_uring(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	CHECK_EQ(0, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_EQ(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter));
}

/*
 * Called in the init process of a PID namespace. This process inherits orphans, but waits only for its own
 * child. Returns the number of zombies that are left.
 */
static int zombies_of_a_run(void (*prepare)(void))
{
	pid_t tracer = fork();
	int zombies = 0;
	siginfo_t end = {};

	if (tracer == 0) {
		prepare();
		trace_nothing();
		_exit(failures);
	}
	CHECK_EQ(tracer, waitpid(tracer, &zombies, 0));
	CHECK_EQ(0, zombies);
	/* Processes that outlived the tracer need a moment to end. */
	usleep(500000);
	while (!waitid(P_ALL, 0, &end, WEXITED | WNOHANG) && end.si_pid) {
		zombies++;
		end.si_pid = 0;
	}
	return zombies;
}

static void check_in_pid_namespace(void (*prepare)(void))
{
	int status = -1;
	pid_t init;

	if (!root_or_skip())
		return;
	init = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
	if (init == 0) {
		CHECK_EQ(0, mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
		CHECK_EQ(0, mount("proc", "/proc", "proc", 0, NULL));
		CHECK_EQ(0, zombies_of_a_run(prepare));
		_exit(failures);
	}
	CHECK_EQ(init, waitpid(init, &status, 0));
	CHECK_EQ(0, status);
}

static void do_nothing(void)
{
}

static void no_zombie_is_left(void)
{
	check_in_pid_namespace(do_nothing);
}

static void no_zombie_is_left_without_io_uring(void)
{
	check_in_pid_namespace(deny_io_uring);
}

static void a_close_detaches_the_hooks_without_io_uring(void)
{
	int status = -1;
	pid_t child;

	if (!root_or_skip())
		return;
	child = fork();
	if (child == 0) {
		deny_io_uring();
		trace_nothing();
		_exit(failures);
	}
	CHECK_EQ(child, waitpid(child, &status, 0));
	CHECK_EQ(0, status);
}

int main(void)
{
	static const struct test tests[] = {
		{"a close detaches the hooks soon", a_close_detaches_the_hooks_soon},
		{"a close detaches the hooks without io_uring", a_close_detaches_the_hooks_without_io_uring},
		{"no zombie is left", no_zombie_is_left},
		{"no zombie is left without io_uring", no_zombie_is_left_without_io_uring},
	};

	return RUN(tests);
}
