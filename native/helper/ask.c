/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "helper/helper.h"

#define END_LIMIT_MS 1000
#define MAX_UNREAD   1000

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int await_packet(const struct helper *helper, int64_t until_ms)
{
	struct pollfd readable = {.fd = helper->socket, .events = POLLIN};
	int64_t left;

	while ((left = until_ms - now_ms()) > 0) {
		int ready = poll(&readable, 1, (int)left);

		if (ready > 0)
			return 0;
		if (ready < 0 && errno != EINTR)
			return -errno;
	}
	return -ETIMEDOUT;
}

/* Returns 1 if the answer is complete, 0 if more packets follow, or a negative errno. */
static int take_next(struct helper *helper, struct question *question, int64_t until_ms)
{
	size_t room;
	struct packet *place = question->place(question, &room);
	int err = await_packet(helper, until_ms);
	ssize_t len = err ? err : receive_packet(helper->socket, place, room, NULL, MSG_DONTWAIT);

	if (len <= 0)
		return len ? (int)len : -EPIPE;
	if (place->kind == PACKET_DIED)
		return -ECANCELED;
	/*
	 * If a worker (the process of the helper that answers) dies just before a question, PACKET_DIED
	 * arrives after the question. The question is then given up, although the next worker answers it.
	 * Ignore such a late answer.
	 */
	if (place->id != question->packet->id)
		return 0;
	return question->take(question, helper, len);
}

/*
 * Discards packets that have arrived since the last question, such as PACKET_DIED. The number is limited,
 * because a hostile worker may go on sending.
 */
static void forget_unread(const struct helper *helper)
{
	struct packet packet;

	for (int i = 0; i < MAX_UNREAD; i++)
		if (recv(helper->socket, &packet, sizeof(packet), MSG_DONTWAIT) <= 0)
			break;
}

int ask(struct helper *helper, struct question *question)
{
	int64_t until_ms = now_ms() + helper->limit_ms;
	int err;

	if (helper->ended)
		return -EPIPE;
	forget_unread(helper);
	question->packet->id = ++helper->last_id;
	err = send_packet(helper->socket, question->packet, question->bytes, NO_DESCRIPTOR, MSG_DONTWAIT);
	while (!err)
		err = take_next(helper, question, until_ms);
	if (err > 0)
		return 0;
	if (err == -ECANCELED)
		return err;
	end_helper(helper);
	return -EPIPE;
}

void end_helper(struct helper *helper)
{
	struct pollfd end = {.fd = helper->pidfd, .events = POLLIN};

	helper->ended = true;
	/* Unlike close(), this is safe while another thread uses the socket. */
	shutdown(helper->socket, SHUT_RDWR);
	if (helper->pidfd >= 0)
		poll(&end, 1, END_LIMIT_MS);
	waitpid(helper->pid, NULL, WNOHANG);
}

void close_helper(struct helper *helper)
{
	close(helper->socket);
	if (helper->pidfd >= 0)
		close(helper->pidfd);
}
