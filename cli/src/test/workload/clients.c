/*
 * clients: accepts AF_UNIX connections from processes with several names and users. Prints what the table of
 * peers must show: peer and connections.
 */
#include "workload.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct client {
	const char *comm;
	uid_t uid;
	int connections;
	bool named;		 /* binds its socket to `own_name` */
	bool passes_credentials; /* so that the kernel binds the socket to a name that the kernel chooses */
	bool ends;		 /* before the accept */
};

static const struct client CLIENTS[] = {
	{.comm = "php-fpm", .uid = 33, .connections = 3},
	{.comm = "php-fpm", .uid = 33, .connections = 3},
	{.comm = "cron", .uid = 33, .connections = 3},
	{.comm = "cron", .uid = 33, .connections = 2, .passes_credentials = true},
	{.comm = "php-fpm", .uid = 34, .connections = 4},
	{.comm = "php-fpm", .uid = 33, .connections = 3, .named = true},
	{.comm = "php-fpm", .uid = 33, .connections = 1, .ends = true},
	{.comm = "cron", .uid = 33, .connections = 1, .ends = true},
};

static struct sockaddr_un listener_name = {.sun_family = AF_UNIX};
static struct sockaddr_un own_name = {.sun_family = AF_UNIX};

static socklen_t size_of(const struct sockaddr_un *name)
{
	return sizeof(name->sun_family) + 1 + strlen(name->sun_path + 1);
}

static int connect_as(const struct client *client)
{
	int fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket"), on = 1;

	if (client->named)
		check(bind(fd, (const struct sockaddr *)&own_name, size_of(&own_name)), "bind");
	if (client->passes_credentials)
		check(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), "SO_PASSCRED");
	check(connect(fd, (const struct sockaddr *)&listener_name, size_of(&listener_name)), "connect");
	return fd;
}

/* Keeps each connection until the server closes it. */
static pid_t start(const struct client *client)
{
	pid_t child = check(fork(), "fork");
	char byte;

	if (child)
		return child;
	check(prctl(PR_SET_NAME, client->comm), "PR_SET_NAME");
	check(setresuid(client->uid, client->uid, client->uid), "setresuid");
	check(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
	for (int i = 0; i < client->connections; i++) {
		int fd = connect_as(client);

		if (client->ends)
			_exit(0);
		check(read(fd, &byte, 1), "read");
		close(fd);
	}
	_exit(0);
}

static void serve(int listener, const struct client *client)
{
	pid_t child = start(client);

	if (client->ends)
		check(waitpid(child, NULL, 0), "waitpid");
	for (int i = 0; i < client->connections; i++)
		close(check(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept4"));
	if (!client->ends)
		check(waitpid(child, NULL, 0), "waitpid");
}

int main(void)
{
	int listener;

	workload_start();
	sprintf(listener_name.sun_path + 1, "a4t-clients-%d", getpid());
	sprintf(own_name.sun_path + 1, "a4t-named-%d", getpid());
	listener = listen_at((const struct sockaddr *)&listener_name, size_of(&listener_name), 1);
	workload_ready();
	if (!workload_next_line())
		return EXIT_FAILURE;
	for (size_t i = 0; i < ARRAY_SIZE(CLIENTS); i++)
		serve(listener, &CLIENTS[i]);
	puts("php-fpm uid 33  6");
	puts("cron uid 33  5");
	puts("php-fpm uid 34  4");
	printf("@\"a4t-named-%d\" uid 33  3\n", getpid());
	puts("<unknown> uid 33  2");
	workload_done();
	return 0;
}
