/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "layout/hash.h"
#include "sandbox/sandbox.h"

/* Limited, because a traced process could kill workers on purpose, with hostile files. */
#define MAX_DEATHS 100

void serve(const struct helper_program *program, int socket)
{
	static union helper_packet packet;
	ssize_t len;
	int fd;

	while ((len = receive_packet(socket, &packet, sizeof(packet), &fd, 0)) > 0) {
		bool answered;

		/* Questions have no descriptor, so this is not a question. */
		if (fd >= 0)
			break;
		alarm(program->limit_s);
		answered = program->answer(socket, &packet, len);
		alarm(0);
		if (!answered)
			break;
	}
}

static void become_worker(const struct helper_program *program, pid_t keeper)
{
	/* The keeper may have ended before prctl(), so check that it is still the parent. */
	if (!prctl(PR_SET_PDEATHSIG, SIGKILL) && getppid() == keeper && !allow_system_calls(program, false))
		serve(program, HELPER_SOCKET);
	_exit(EXIT_FAILURE);
}

/* Waits until the worker has died. At the end of the socket, kills the worker and returns false. */
static bool await_death(pid_t worker)
{
	int end = syscall(SYS_pidfd_open, worker, 0);
	struct pollfd awaited[] = {{.fd = HELPER_SOCKET}, {.fd = end, .events = POLLIN}};
	bool ended;

	while (end >= 0 && poll(awaited, 2, -1) < 0 && errno == EINTR)
		;
	ended = end < 0 || awaited[0].revents;
	if (ended)
		kill(worker, SIGKILL);
	waitpid(worker, NULL, 0);
	close(end);
	return !ended;
}

/* Returns the process id, or a negative errno. */
static pid_t fork_worker(const struct helper_program *program)
{
	pid_t keeper = getpid(), worker = fork();

	if (worker == 0)
		become_worker(program, keeper);
	return worker < 0 ? -errno : worker;
}

static void keep_worker(const struct helper_program *program, pid_t worker)
{
	const struct packet died = {.kind = PACKET_DIED};

	for (int deaths = 0; deaths < MAX_DEATHS && worker > 0 && await_death(worker); deaths++) {
		worker = fork_worker(program);
		if (send_packet(HELPER_SOCKET, &died, sizeof(died), NO_DESCRIPTOR, 0))
			return;
	}
}

/* A worker needs some signals, such as SIGALRM, which the tool may have inherited as ignored or blocked. */
static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int run_helper(const struct helper_program *program, int argc, char **argv)
{
	struct ready_packet ready = {.head.kind = PACKET_READY, .layout = layout_hash(layout_classes)};
	pid_t worker = 0;
	int err;

	if (argc != 3)
		return EXIT_FAILURE;
	reset_signals();
	if (program->prepare)
		program->prepare();
	err = chdir("/") ? -errno : 0;
	if (!err)
		err = drop_privileges(program, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
	if (!err)
		err = allow_system_calls(program, true);
	if (!err)
		worker = fork_worker(program);
	if (worker < 0)
		err = worker;
	ready.error = -err;
	if (send_packet(HELPER_SOCKET, &ready, sizeof(ready), NO_DESCRIPTOR, 0) || err)
		return EXIT_FAILURE;
	keep_worker(program, worker);
	return EXIT_SUCCESS;
}
