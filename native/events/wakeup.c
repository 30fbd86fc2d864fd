/* SPDX-License-Identifier: MIT */
#include "events/wakeup.h"
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "state.h"

int watch(struct a4t *session, int fd, uint32_t events, enum watch_source source, uint32_t id)
{
	struct epoll_event event = {.events = events, .data.u64 = (uint64_t)id << 32 | source};

	return epoll_ctl(session->events.epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* EPERM: `fd` is a regular file. epoll cannot watch it, and it has no reader that could go away. */
int watch_reader(struct a4t *session, int fd)
{
	int err = fd < 0 ? 0 : watch(session, fd, 0, WATCH_READER, 0);

	return err == -EPERM ? 0 : err;
}

int open_wakeups(struct a4t *session, const struct a4t_config *config)
{
	int err;

	session->events.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	session->events.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (session->events.epoll_fd < 0 || session->events.wake_fd < 0)
		return -errno;
	err = watch(session, bpf_map__fd(session->skel->maps.events), EPOLLIN, WATCH_RING, 0);
	if (!err)
		err = watch(session, session->events.wake_fd, EPOLLIN, WATCH_WAKE, 0);
	if (!err && config->watch_input)
		err = watch(session, STDIN_FILENO, EPOLLIN, WATCH_INPUT, 0);
	return err ? err : watch_reader(session, config->watch_fd);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void close_wakeups(struct a4t *session)
{
	close_fd(&session->events.wake_fd);
	close_fd(&session->events.epoll_fd);
}

int wait_for_sources(const struct a4t *session, struct watched ready[MAX_WATCHED], int timeout_ms)
{
	struct epoll_event events[MAX_WATCHED];
	int count = epoll_wait(session->events.epoll_fd, events, MAX_WATCHED, timeout_ms);

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < count; i++)
		ready[i] = (struct watched){(uint32_t)events[i].data.u64, events[i].data.u64 >> 32};
	return count;
}

void a4t_wake(struct a4t *session)
{
	uint64_t one = 1;
	/* Fails only if the counter is full, i.e. if a4t_poll() has already been woken. */
	ssize_t ignored = write(session->events.wake_fd, &one, sizeof(one));

	(void)ignored;
}

/* Stores the signal first, because take_wake() reads it as soon as a4t_wake() has woken a4t_poll(). */
void wake_for_signal(struct a4t *session, int signal)
{
	session->events.signal = signal;
	a4t_wake(session);
}

void take_wake(struct a4t *session, struct a4t_wakeup *wakeup)
{
	uint64_t count;

	if (read(session->events.wake_fd, &count, sizeof(count)) != sizeof(count))
		return;
	wakeup->signal = session->events.signal;
	wakeup->reasons |= wakeup->signal ? A4T_SIGNALLED : A4T_WOKEN;
}
