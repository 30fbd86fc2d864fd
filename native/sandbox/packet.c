/* SPDX-License-Identifier: MIT */
#include "sandbox/packet.h"
#include <errno.h>
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

/* Returns the descriptor in the message, or NO_DESCRIPTOR. */
static int descriptor_in(struct msghdr *message)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	int fd = NO_DESCRIPTOR;

	if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

/*
 * `fd` is the descriptor in the message. If the kernel has dropped descriptors, either there was more than
 * one, or this process has reached its limit on open files.
 */
static int check_packet(const struct msghdr *message, ssize_t len, int fd)
{
	if (len && (len < (ssize_t)sizeof(struct packet) || message->msg_flags & MSG_TRUNC))
		return -EPROTO;
	if (message->msg_flags & MSG_CTRUNC)
		return fd == NO_DESCRIPTOR ? -EMFILE : -EPROTO;
	return 0;
}

ssize_t receive_packet(int socket, void *packet, size_t room, int *fd, int flags)
{
	struct iovec part = {packet, room};
	union control control = {};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	int got, err;
	ssize_t len;

	if (fd) {
		message.msg_control = control.bytes;
		/* Excludes the padding, so that only one descriptor fits. */
		message.msg_controllen = CMSG_LEN(sizeof(int));
		*fd = NO_DESCRIPTOR;
	}
	do
		len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	got = fd ? descriptor_in(&message) : NO_DESCRIPTOR;
	err = check_packet(&message, len, got);
	if (err && got >= 0)
		close(got);
	if (!err && fd)
		*fd = got;
	return err ? err : len;
}
