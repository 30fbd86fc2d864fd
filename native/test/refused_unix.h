/* SPDX-License-Identifier: MIT */
/* Helpers for tests of refused AF_UNIX connects. */
#ifndef REFUSED_UNIX_H
#define REFUSED_UNIX_H

#include <stdio.h>
#include <sys/time.h>
#include <sys/un.h>
#include "refused.h"
#include "sockets.h"

enum { BACKLOG = 1, WAITING = BACKLOG + 1 };

static struct sockaddr_un address;
static socklen_t address_len;

/* Moves this process to a network namespace of its own. Returns false if the test must be skipped. */
static inline bool begin(void)
{
	return root_or_skip() && unshare_network();
}

static inline void use_path(void)
{
	address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/a4t-refused-%d", getpid());
	address_len = offsetof(struct sockaddr_un, sun_path) + strlen(address.sun_path) + 1;
	unlink(address.sun_path);
}

static inline void use_abstract_name(void)
{
	use_path();
	address.sun_path[0] = '\0';
	address_len--;
}

static inline int listen_with(int type)
{
	int fd = socket(AF_UNIX, type, 0);

	CHECK_EQ(0, bind(fd, (struct sockaddr *)&address, address_len));
	CHECK_EQ(0, listen(fd, BACKLOG));
	return fd;
}

/* Returns the errno, 0 on success. Leaves the client open in *fd. */
static inline int connect_with(int type, int *fd)
{
	*fd = socket(AF_UNIX, type, 0);
	return connect(*fd, (struct sockaddr *)&address, address_len) ? errno : 0;
}

static inline void fill_queue(int type, int clients[WAITING])
{
	for (int i = 0; i < WAITING; i++)
		CHECK_EQ(0, connect_with(type | SOCK_NONBLOCK, &clients[i]));
}

/* Stops the session and reads what is in its ring. */
static inline void end(struct a4t *session)
{
	a4t_stop(session);
	read_rest(session);
}

/* Lets a client wait until its send timeout ends. The kernel then refuses it with EAGAIN, too. */
static inline void refuse_late(int type, struct timeval patience)
{
	int fd = socket(AF_UNIX, type, 0);

	CHECK_EQ(0, setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)));
	/* Try again after EINTR, because the kernel can interrupt the wait to do work of its own. */
	do
		CHECK_EQ(-1, connect(fd, (struct sockaddr *)&address, address_len));
	while (errno == EINTR);
	CHECK_EQ(EAGAIN, errno);
	close(fd);
}

/* Counts the remaining records of refused connects. */
static inline int count_refusals(void)
{
	const struct accept_event *record;
	int count = 0;

	while ((record = next_record()))
		count += record->type == A4T_EVENT_UNIX_REFUSED;
	return count;
}

#endif
