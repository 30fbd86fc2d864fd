/* SPDX-License-Identifier: MIT */
/* Tests of bind, listen and waits by a thread that the table of threads has no room for; needs root. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "a4t.h"
#include "check.h"
#include "events/clock.h"

#define BATCH_BYTES 65536

static uint64_t *begin_ns; /* when the first of the calls began; shared with the child */

/* bind() with only a family makes the kernel choose an abstract name: autobind in unix(7). */
static void *bind_listen_and_wait(void *unused)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	struct pollfd file = {.fd = listener, .events = POLLIN};
	socklen_t len = sizeof(name);

	*begin_ns = monotonic_ns();
	if (bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t)) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&name, &len) ||
	    connect(client, (struct sockaddr *)&name, len) ||
	    syscall(SYS_ppoll, &file, 1, NULL, NULL, 8) != 1)
		_exit(EXIT_FAILURE);
	return unused;
}

/* The main thread takes the only entry. */
static void make_calls(int go)
{
	pthread_t thread;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(go, &byte, 1) != 0)
		_exit(EXIT_FAILURE);
	bind(-1, NULL, 0);
	pthread_create(&thread, NULL, bind_listen_and_wait, NULL);
	pthread_join(thread, NULL);
	_exit(EXIT_SUCCESS);
}

static pid_t start(int *go)
{
	int ends[2];
	pid_t child;

	begin_ns = mmap(NULL, sizeof(*begin_ns), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(begin_ns != MAP_FAILED);
	CHECK_EQ(0, pipe(ends));
	child = fork();
	if (child == 0) {
		close(ends[1]);
		make_calls(ends[0]);
	}
	close(ends[0]);
	*go = ends[1];
	return child;
}

/* Neither older than the trace nor by seccomp, and with no time that could be taken for its duration. */
static void check_lost(const struct accept_event *event)
{
	CHECK_EQ(A4T_ENTER_LOST, event->flags & (A4T_ENTER_LOST | A4T_ENTER_UNSEEN | A4T_BY_SECCOMP));
	CHECK(event->enter_ns >= *begin_ns);
}

/* Returns the number of related calls by threads other than the main thread. */
static int check_records(struct a4t *session)
{
	static char records[BATCH_BYTES] __attribute__((aligned(8)));
	struct a4t_wakeup wakeup = {};
	int calls = 0, bytes = 0;

	while (bytes >= 0 && !(wakeup.reasons & A4T_TARGETS_GONE)) {
		bytes = a4t_poll(session, records, sizeof(records), -1, &wakeup);
		for (int at = 0; at < bytes;) {
			const struct accept_event *event = (const void *)(records + at);

			if (event->type == A4T_EVENT_RELATED && event->tid != event->tgid) {
				check_lost(event);
				calls++;
			}
			at += event->size;
		}
	}
	CHECK(bytes >= 0);
	return calls;
}

static void calls_without_room_have_no_beginning(void)
{
	const struct a4t_config config = {.ring_bytes = 64 * 1024,
					  .max_calls = 1,
					  .max_targets = 4,
					  .watch_fd = -1,
					  .filter.calls = A4T_RELATED_CALLS};
	uint64_t losses[A4T_LOSS_KINDS];
	struct a4t_error error;
	struct a4t *session;
	int go, status;
	pid_t child;

	if (!root_or_skip())
		return;
	/* Before the session: listeners with high descriptors are not found, and the child inherits all. */
	child = start(&go);
	session = a4t_open(&config, &error);
	CHECK(session);
	CHECK_EQ(0, a4t_trace_process(session, child, &error));
	CHECK_EQ(0, a4t_find_calls_in_progress(session, &error));
	close(go);
	CHECK_EQ(3, check_records(session));
	CHECK_EQ(child, waitpid(child, &status, 0));
	CHECK_EQ(0, status);
	CHECK_EQ(0, a4t_losses(session, losses));
	CHECK_EQ(3, losses[A4T_LOST_INFLIGHT_FULL]);
	a4t_close(session);
}

int main(void)
{
	static const struct test tests[] = {
		{"calls without room have no beginning", calls_without_room_have_no_beginning},
	};

	return RUN(tests);
}
