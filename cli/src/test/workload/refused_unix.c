/*
 * refused_unix: has an AF_UNIX listener with a full accept queue, and clients that it refuses. Prints the
 * record of each client, with the number of connects that failed with EAGAIN.
 *
 * Usage: refused_unix path|relative|abstract stream|seqpacket early|late
 *   path, abstract    the kind of the listener's name
 *   relative          a path to which the clients connect by a relative path
 *   stream, seqpacket the type of the sockets
 *   early, late       whether the listener exists before "ready" is printed
 */
#include "workload.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKLOG 5
#define WAITING (BACKLOG + 1) /* the kernel refuses clients only if more than BACKLOG wait */
#define FOLDER	"/tmp/"

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static socklen_t address_len;
static int type;

static void set_name(const char *kind)
{
	snprintf(address.sun_path, sizeof(address.sun_path), FOLDER "a4t-refused-%d", getpid());
	address_len = offsetof(struct sockaddr_un, sun_path) + strlen(address.sun_path) + 1;
	if (strcmp(kind, "abstract") == 0) {
		address.sun_path[0] = '\0';
		address_len--;
	}
}

static int open_listener(void)
{
	int fd = check(socket(AF_UNIX, type, 0), "socket");

	bind_anew(fd, (struct sockaddr *)&address, address_len);
	check(listen(fd, BACKLOG), "listen");
	return fd;
}

/* Returns whether the connect failed with EAGAIN. The client stays open if it is connected. */
static bool is_refused(int fd)
{
	if (connect(fd, (struct sockaddr *)&address, address_len) == 0)
		return false;
	if (errno != EAGAIN)
		check(-1, "connect");
	close(fd);
	return true;
}

static int client(int flags)
{
	return check(socket(AF_UNIX, type | flags, 0), "socket");
}

static int patient_client(void)
{
	struct timeval patience = {.tv_usec = 50000};
	int fd = client(0);

	check(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), "SO_SNDTIMEO");
	return fd;
}

/* Runs in a process of its own. Returns the number of refused connects. */
static int connect_often(int number, bool by_relative_path)
{
	int refused = 0;

	check(prctl(PR_SET_NAME, "client"), "PR_SET_NAME");
	if (by_relative_path) {
		check(chdir(FOLDER), "chdir");
		memmove(address.sun_path, address.sun_path + strlen(FOLDER),
			strlen(address.sun_path + strlen(FOLDER)) + 1);
		address_len -= strlen(FOLDER);
	}
	for (int i = 0; i < number; i++)
		refused += is_refused(client(SOCK_NONBLOCK));
	return refused + is_refused(patient_client());
}

static unsigned long own_netns(void)
{
	struct stat status;

	check(stat("/proc/self/ns/net", &status), "stat");
	return status.st_ino;
}

static void refuse(int number, bool by_relative_path)
{
	const char *name = address.sun_path[0] ? address.sun_path : address.sun_path + 1;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = check(fork(), "fork");
	if (pid == 0)
		_exit(connect_often(number, by_relative_path));
	check(waitpid(pid, &status, 0), "waitpid");
	printf("[refused] %s\"%s\"<-%d<client> queue=%d/%d error=EAGAIN connects=%d netns=%lu\n",
	       address.sun_path[0] ? "" : "@", name, pid, WAITING, BACKLOG, WEXITSTATUS(status), own_netns());
}

int main(int argc, char **argv)
{
	int listener = -1;
	bool by_relative_path;

	if (argc != 4)
		return EXIT_FAILURE;
	workload_start();
	set_name(argv[1]);
	by_relative_path = strcmp(argv[1], "relative") == 0;
	type = strcmp(argv[2], "stream") == 0 ? SOCK_STREAM : SOCK_SEQPACKET;
	if (strcmp(argv[3], "early") == 0)
		listener = open_listener();
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	if (listener < 0)
		listener = open_listener();
	for (int i = 0; i < WAITING; i++)
		if (is_refused(client(SOCK_NONBLOCK)))
			return EXIT_FAILURE;
	refuse(3, by_relative_path);
	refuse(50, by_relative_path);
	workload_done();
	if (address.sun_path[0])
		unlink(address.sun_path);
	return 0;
}
