/*
 * hostile FOLDER [utf8]: accepts AF_UNIX connections with names that can harm a reader of the output: all
 * bytes, terminal escapes, newlines, invalid UTF-8, paths of maximum length. Prints for each call the
 * complete line that a tracer must print, with T for values that only the tracer measures. With "utf8", the
 * names are harmless, but not ASCII.
 */
#include "expected.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <unistd.h>

enum { COMM_BYTES = 15, BACKLOG = 5, MAX_NAME = sizeof(((struct sockaddr_un *)0)->sun_path) };

static const char *const hostile_comms[] = {
	"\033[2J\033[H", "\033]0;title\a",	  "a>] accept4(3",
	"line\nend\r\n", "\xff\xfe\xc3(\xa0\xa1", "1\t\0012 \"\\\\\"",
};

static const char *const readable_names[] = {"n\u00e9", "\u65e5\u672c", "\U0001f600!", "\u03b1\u0301"};

/*
 * A NUL does not end the name, because sun_path need not be terminated, and an abstract name begins with a
 * NUL.
 */
static socklen_t address_of(const char *name, size_t size, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->sun_path, name, size);
	return offsetof(struct sockaddr_un, sun_path) + size;
}

static int listen_as(const char *name, size_t size)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, size, &address);

	return listen_at((struct sockaddr *)&address, length, BACKLOG);
}

/*
 * connect_to() would fail, because for a path of maximum length, getsockname() returns one byte more than
 * connect() accepts.
 */
static int connect_as(const char *name, size_t size)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, size, &address);
	int fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	check(connect(fd, (struct sockaddr *)&address, length), "connect");
	return fd;
}

static void accept_as(const char *comm, const char *name, size_t size)
{
	struct sockaddr_un address;
	socklen_t length = sizeof(address);
	struct call call = {
		.fd = listen_as(name, size), .address = (struct sockaddr *)&address, .length = &length};
	int client = connect_as(name, size);

	check(prctl(PR_SET_NAME, comm), "PR_SET_NAME");
	make_call(&call);
	printf("[pid %d<", getpid());
	print_comm(comm);
	printf(">] ");
	print_call(&call, client);
	printf(" <T> wait=T queue=0/%d peer=%d<", BACKLOG, getpid());
	print_comm(comm);
	printf("> uid=%u\n", geteuid());
	close(client);
	close(call.result);
	close(call.fd);
}

static void accept_under_every_comm(void)
{
	static const char name[] = "\0hostile comms";

	for (int first = 1; first <= 255; first += COMM_BYTES) {
		char comm[COMM_BYTES + 1] = "";

		for (int i = 0; i < COMM_BYTES && first + i <= 255; i++)
			comm[i] = (char)(first + i);
		accept_as(comm, name, sizeof(name));
	}
	for (size_t i = 0; i < ARRAY_SIZE(hostile_comms); i++)
		accept_as(hostile_comms[i], name, sizeof(name));
}

static void accept_under_every_abstract_name(void)
{
	for (int first = 0; first <= 255; first += MAX_NAME - 1) {
		char name[MAX_NAME] = "";

		for (int i = 1; i < MAX_NAME && first + i - 1 <= 255; i++)
			name[i] = (char)(first + i - 1);
		accept_as("abstract", name, sizeof(name));
	}
}

/* A path of 108 bytes fills sun_path, so that only `file` has room for a terminating NUL. */
static void accept_at_path(const char *path, size_t size)
{
	char file[MAX_NAME + 1] = "";

	memcpy(file, path, size);
	accept_as("path", path, size);
	check(unlink(file), "unlink");
}

static void accept_at_every_path(void)
{
	char path[MAX_NAME];

	for (int first = 1; first <= 255; first += 100) {
		size_t size = 0;

		for (int c = first; c < first + 100 && c <= 255; c++)
			path[size++] = c == '/' ? '+' : (char)c;
		accept_at_path(path, size);
	}
	memset(path, 'x', sizeof(path));
	accept_at_path(path, sizeof(path));
	accept_at_path(path, sizeof(path) - 1);
	path[4] = '\0';
	accept_at_path(path, 20);
}

static void accept_under_readable_names(void)
{
	names_are_readable();
	for (size_t i = 0; i < ARRAY_SIZE(readable_names); i++) {
		accept_as(readable_names[i], readable_names[i], strlen(readable_names[i]) + 1);
		check(unlink(readable_names[i]), "unlink");
	}
}

int main(int argc, char **argv)
{
	workload_start();
	if (argc < 2 || chdir(argv[1])) {
		fputs("usage: hostile FOLDER [utf8]\n", stderr);
		return EXIT_FAILURE;
	}
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	if (argc > 2) {
		accept_under_readable_names();
		return 0;
	}
	accept_under_every_comm();
	accept_under_every_abstract_name();
	accept_at_every_path();
	return 0;
}
