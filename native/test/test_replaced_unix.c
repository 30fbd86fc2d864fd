/* SPDX-License-Identifier: MIT */
/* Tests that a refused AF_UNIX client is not attributed to a listener that was replaced while it waited. */
#include <sys/syscall.h>
#include "refused_unix.h"

/* Returns once the process sleeps in connect(). */
static void await_connect(pid_t pid)
{
	char path[64], call[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	while (atol(call) != SYS_connect) {
		file = fopen(path, "re");
		if (!file || !fgets(call, sizeof(call), file))
			call[0] = '\0';
		if (file)
			fclose(file);
	}
}

static int listener_to_close;

/* Closes the inherited copy of the listener, so that the close() of the parent is the last one. */
static void wait_for_room(void)
{
	close(listener_to_close);
	refuse_late(SOCK_STREAM, (struct timeval){.tv_sec = 2});
}

/*
 * A client waits for room at a listener, which is then closed. Next, the client finds another listener at the
 * same path, and is refused by it. That listener is bound to a relative path, which the filter does not
 * select, so the refusal must not be reported.
 */
static void forgets_a_listener_that_is_closed(void)
{
	int other, clients[WAITING], others[WAITING];
	struct sockaddr_un absolute;
	struct caller caller;
	struct a4t *session;

	if (!begin())
		return;
	use_path();
	absolute = address;
	refused.probe = A4T_PROBE_AUTO;
	refused.filter.name_count = 1;
	memcpy(refused.filter.names[0].name, address.sun_path, sizeof(address.sun_path));
	listener_to_close = listen_with(SOCK_STREAM);
	fill_queue(SOCK_STREAM, clients);
	caller = start_caller(wait_for_room);
	session = watch_all();
	close(caller.go);
	await_connect(caller.pid);
	unlink(address.sun_path);
	CHECK_EQ(0, chdir("/tmp"));
	memmove(address.sun_path, address.sun_path + strlen("/tmp/"),
		sizeof(address.sun_path) - strlen("/tmp/"));
	other = listen_with(SOCK_STREAM);
	address = absolute;
	fill_queue(SOCK_STREAM, others);
	close(listener_to_close);
	CHECK_EQ(caller.pid, waitpid(caller.pid, NULL, 0));
	end(session);
	if (a4t_sees_unix_refusals(session) == A4T_COVERAGE_ALL)
		CHECK_EQ(0, count_refusals());
	a4t_close(session);
	close_all(clients, WAITING);
	close_all(others, WAITING);
	close(other);
	unlink(absolute.sun_path);
}

int main(void)
{
	static const struct test tests[] = {
		{"forgets a listener that is closed", forgets_a_listener_that_is_closed},
	};

	return RUN(tests);
}
