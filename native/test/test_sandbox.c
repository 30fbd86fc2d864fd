/* SPDX-License-Identifier: MIT */
/* Tests of the privileges of helper programs, and of the replacement of their worker processes. */
#include <fcntl.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "helper/answers.h"
#include "resolver/answer.h"
#include "sandbox/sandbox.h"
#include "stack/answer.h"

#define LIMIT_MS 30000
#define NOBODY	 65534

static const uint8_t loopback[] = {127, 0, 0, 1};
static struct a4t_error error;
static char name[A4T_HOST_NAME_BYTES];

/* The programs are in the folder above that of this test. */
static const char *const programs[] = {"../a4t-unwinder", "../a4t-resolver"};

static unsigned long long status_of(pid_t pid, const char *field, int base)
{
	char path[32], text[4096];
	const char *found;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len < 0 ? 0 : len] = '\0';
	found = strstr(text, field);
	CHECK(found);
	return found ? strtoull(found + strlen(field), NULL, base) : 4711;
}

static void a_ready_helper_has_no_privileges(void)
{
	if (!root_or_skip())
		return;
	for (int i = 0; i < 2; i++) {
		struct helper helper;

		CHECK_EQ(0, start_helper(&helper, programs[i], LIMIT_MS, &error));
		if (helper.pid <= 0)
			return;
		CHECK_EQ(NOBODY, status_of(helper.pid, "\nUid:", 10));
		CHECK_EQ(NOBODY, status_of(helper.pid, "\nGid:", 10));
		CHECK_EQ(0, status_of(helper.pid, "\nCapPrm:", 16));
		CHECK_EQ(0, status_of(helper.pid, "\nCapInh:", 16));
		CHECK_EQ(0, status_of(helper.pid, "\nCapBnd:", 16));
		CHECK_EQ(1, status_of(helper.pid, "\nNoNewPrivs:", 10));
		CHECK_EQ(2, status_of(helper.pid, "\nSeccomp:", 10));
		CHECK_EQ(FD_CLOEXEC, fcntl(helper.socket, F_GETFD));
		end_helper(&helper);
		CHECK_EQ(-1, waitpid(helper.pid, NULL, WNOHANG));
		close_helper(&helper);
	}
}

static pid_t worker_of(const struct helper *helper)
{
	char path[64], text[32];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", helper->pid, helper->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len < 0 ? 0 : len] = '\0';
	return atoi(text);
}

static void a_dead_worker_is_replaced(void)
{
	struct helper helper;
	struct a4t_names *names;

	CHECK_EQ(0, start_helper(&helper, programs[1], LIMIT_MS, &error));
	if (helper.pid <= 0)
		return;
	names = names_of(&helper);
	for (int i = 0; i < 3; i++) {
		pid_t worker;

		/*
		 * Ask until a new worker answers. The death of the previous worker may be reported before or
		 * after a question.
		 */
		while (a4t_names_find(names, loopback, sizeof(loopback), name) == -ECANCELED)
			;
		CHECK_TEXT("localhost", name);
		worker = worker_of(&helper);
		CHECK(worker > 0 && !kill(worker, SIGSEGV));
	}
	kill(helper.pid, SIGKILL);
	while (a4t_names_find(names, loopback, sizeof(loopback), name) != -EPIPE)
		;
	CHECK_EQ(-1, waitpid(helper.pid, NULL, WNOHANG));
	free_names(names);
}

/* Makes an attempt in a child that is confined like a worker. Returns the errno, or 0. */
static int attempt(const struct helper_program *program, int which)
{
	char *const argv[] = {"true", NULL};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		bool failed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || allow_system_calls(program, false);

		if (failed)
			_exit(255);
		errno = 0;
		switch (which) {
		case 0:
			execve("/bin/true", argv, argv + 1);
			break;
		case 1:
			open("/dev/null", O_WRONLY);
			break;
		case 2:
			open("/dev/null", O_RDONLY);
			break;
		case 3:
			socket(AF_INET, SOCK_DGRAM, 0);
			break;
		case 4:
			syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				0);
			break;
		case 5:
			syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
			break;
		}
		/* Do not use _exit(), in which the sanitizer would make a call that is not allowed. */
		syscall(SYS_exit_group, errno);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void only_a_few_system_calls_are_allowed(void)
{
	static const int stacks[] = {ENOSYS, EPERM, 0, ENOSYS, EPERM, ENOSYS};
	static const int names[] = {ENOSYS, EPERM, 0, 0, 0, ENOSYS};

	for (int i = 0; i < 6; i++) {
		CHECK_EQ(stacks[i], attempt(&unwinder, i));
		CHECK_EQ(names[i], attempt(&resolver, i));
	}
}

int main(void)
{
	static const struct test tests[] = {
		{"a ready helper has no privileges", a_ready_helper_has_no_privileges},
		{"a dead worker is replaced", a_dead_worker_is_replaced},
		{"only a few system calls are allowed", only_a_few_system_calls_are_allowed},
	};

	return RUN(tests);
}
