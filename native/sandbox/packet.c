/* SPDX-License-Identifier: MIT */
#include "sandbox/packet.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr aligned;
};

int send_packet(int socket, const void *packet, size_t bytes, int fd, int flags)
{
	struct iovec part = {(void *)packet, bytes};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	union control control = {};
	ssize_t sent;

	if (fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		*CMSG_FIRSTHDR(&message) = (struct cmsghdr){
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(fd))};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &fd, sizeof(fd));
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL | flags);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/*
 * Returns the only descriptor of the message, or NO_DESCRIPTOR. Because of the padding of union control, the
 * kernel can deliver two descriptors; these are closed, and *too_many is set.
 */
static int descriptor_in(struct msghdr *message, bool *too_many)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	int fds[CMSG_SPACE(sizeof(int)) / sizeof(int)];
	size_t count = 0;

	if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
		count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(control), count * sizeof(int));
	}
	*too_many = count > 1;
	if (count == 1)
		return fds[0];
	while (count)
		close(fds[--count]);
	return NO_DESCRIPTOR;
}

static int check_packet(const struct msghdr *message, ssize_t len)
{
	if (len && (len < (ssize_t)sizeof(struct packet) || message->msg_flags & MSG_TRUNC))
		return -EPROTO;
	return message->msg_flags & MSG_CTRUNC ? -EMFILE : 0;
}

ssize_t receive_packet(int socket, void *packet, size_t room, int *fd, int flags)
{
	struct iovec part = {packet, room};
	union control control = {};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	bool too_many = false;
	int got, err;
	ssize_t len;

	if (fd) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		*fd = NO_DESCRIPTOR;
	}
	do
		len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	got = fd ? descriptor_in(&message, &too_many) : NO_DESCRIPTOR;
	err = too_many ? -EPROTO : check_packet(&message, len);
	if (err && got >= 0)
		close(got);
	if (!err && fd)
		*fd = got;
	return err ? err : len;
}
