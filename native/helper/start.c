/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/error.h"
#include "helper/helper.h"
#include "process/identity.h"
#include "process/inheritance.h"
#include "sandbox/sandbox.h"

/* The ids of the user and the group that own no files, equal in all distributions. */
#define NOBODY 65534

/* Enough for an emulated machine that is busy. */
#define START_LIMIT_MS 20000

struct start {
	char path[PATH_MAX];
	char uid[16], gid[16];
	int socket; /* the helper's end */
};

/*
 * Finds the real name of the folder `name`, and stores it in `path`. If Java cannot handle the real name, the
 * launcher replaces it by a name below /proc/self/fd. realpath() would not resolve that name, because the
 * launcher has replaced realpath(): see keep_links_below().
 */
static int find_folder(const char *name, char path[PATH_MAX])
{
	int fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC), err = fd < 0 ? -errno : 0;
	char link[32];
	ssize_t len;

	if (err)
		return err;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, PATH_MAX - 1);
	err = len < 0 ? -errno : 0;
	path[len < 0 ? 0 : len] = '\0';
	close(fd);
	return err;
}

static int find_program(const char *name, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	const char *slash;
	Dl_info library;
	size_t len;
	int err;

	if (!dladdr((void *)find_program, &library))
		return -ENOENT;
	slash = strrchr(library.dli_fname, '/');
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash + 1 - library.dli_fname) : 2,
		 slash ? library.dli_fname : "./");
	err = find_folder(folder, path);
	if (err)
		return err;
	len = strlen(path);
	return snprintf(path + len, PATH_MAX - len, "/%s", name) < (int)(PATH_MAX - len) ? 0 : -ENAMETOOLONG;
}

static int choose_user(struct start *start)
{
	struct identity invoker;
	const char *why;
	int err = find_invoker(&invoker, &why);
	uid_t uid = geteuid() == 0 ? NOBODY : geteuid();
	gid_t gid = geteuid() == 0 ? NOBODY : getegid();

	if (err)
		return err;
	if (invoker.uid != NO_USER) {
		uid = invoker.uid;
		gid = invoker.gid;
	}
	free_identity(&invoker);
	snprintf(start->uid, sizeof(start->uid), "%u", uid);
	snprintf(start->gid, sizeof(start->gid), "%u", gid);
	return 0;
}

/* Closes everything except the socket. stdout and stderr become /dev/null. */
static int take_descriptors(int socket)
{
	int null = open("/dev/null", O_RDWR);

	/* This also works if stdin, stdout or stderr was closed when we were started. */
	if (null < 0 || dup2(socket, HELPER_SOCKET) < 0 || fcntl(HELPER_SOCKET, F_SETFD, 0) ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0 ||
	    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0))
		return -errno;
	return 0;
}

/*
 * Called in the child. Uses only async-signal-safe functions, because other threads may have held locks at
 * the fork.
 */
static void become_helper(const struct start *start)
{
	const char *const argv[] = {start->path, start->uid, start->gid, NULL};
	const char *const environment[] = {NULL};
	struct ready_packet failed = {.head.kind = PACKET_READY};
	int err = take_descriptors(start->socket);

	if (!err) {
		/*
		 * ^C in the terminal must not end the helper, because the last lines of the trace still need
		 * its answers.
		 */
		setsid();
		execve(start->path, (char *const *)argv, (char *const *)environment);
		err = -errno;
	}
	failed.error = -err;
	send_packet(HELPER_SOCKET, &failed, sizeof(failed), NO_DESCRIPTOR, MSG_DONTWAIT);
	_exit(1);
}

static int fork_helper(struct helper *helper, struct start *start)
{
	int ends[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	keep_children();
	helper->socket = ends[0];
	start->socket = ends[1];
	helper->pid = fork();
	if (helper->pid == 0)
		become_helper(start);
	err = helper->pid < 0 ? -errno : 0;
	close(ends[1]);
	if (err) {
		close(helper->socket);
		return err;
	}
	helper->pidfd = syscall(SYS_pidfd_open, helper->pid, 0);
	return 0;
}

static int await_ready(const struct helper *helper)
{
	struct pollfd readable = {.fd = helper->socket, .events = POLLIN};
	struct ready_packet ready;
	ssize_t len = -ETIMEDOUT;

	if (poll(&readable, 1, START_LIMIT_MS) > 0)
		len = receive_packet(helper->socket, &ready, sizeof(ready), NULL, MSG_DONTWAIT);
	if (len == 0)
		return -ECHILD;
	if (len < 0)
		return len;
	if (len != sizeof(ready) || ready.head.kind != PACKET_READY)
		return -EPROTO;
	if (ready.error)
		return -ready.error;
	/* -ESTALE: another version was installed meanwhile. */
	return ready.layout == a4t_layout_hash() ? 0 : -ESTALE;
}

/* Returns why a helper is not ready; NULL if the errno says enough. */
static const char *explain(int err)
{
	switch (err) {
	case -ECHILD:
		return "it has ended";
	case -ESTALE:
		return "it is from another build";
	default:
		return NULL;
	}
}

static int fail_to_start(struct a4t_error *error, int err, const char *name)
{
	const char *why = explain(err);

	fail_as(A4T_FAILURE_HELPER, error, err, "start %s", name);
	if (!why)
		return err;
	/* The reason is more helpful than the error number. */
	error->error = 0;
	snprintf(error->detail, sizeof(error->detail), "%s", why);
	return err;
}

int start_helper(struct helper *helper, const char *name, int limit_ms, struct a4t_error *error)
{
	struct start start;
	int err = find_program(name, start.path);

	*helper = (struct helper){.limit_ms = limit_ms};
	if (!err)
		err = choose_user(&start);
	if (!err)
		err = fork_helper(helper, &start);
	if (err)
		return fail_to_start(error, err, name);
	err = await_ready(helper);
	if (!err)
		return 0;
	end_helper(helper);
	close_helper(helper);
	return fail_to_start(error, err, name);
}
