/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the functions that ask the unwinder, a helper process, for stacks. A thread answers with arbitrary
 * packets, as a hostile helper would. Input: for each packet, its length in 16 bits, then its bytes. The id
 * in a packet is relative to the question's id.
 */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>
#include "helper/answers.h"
#include "fuzz.h"

#define MAX_PACKETS 8
#define MOST	    3

struct peer {
	int socket;
	struct bytes input;
};

/* Answers a question. */
static void *send_packets(void *context)
{
	static struct unwind_packet question;
	struct peer *peer = context;
	struct bytes *input = &peer->input;
	uint16_t len;

	receive_packet(peer->socket, &question, sizeof(question), NULL, 0);
	for (int i = 0; i < MAX_PACKETS && take_bytes(input, &len, sizeof(len)); i++) {
		_Alignas(8) char packet[sizeof(struct frame_packet) + 100];

		len %= sizeof(packet) + 1;
		len = len < input->len ? len : input->len;
		take_bytes(input, packet, len);
		if (len >= sizeof(struct packet))
			((struct packet *)packet)->id += question.head.id;
		/* A packet without bytes would be the end of the socket. */
		if (len)
			send(peer->socket, packet, len, MSG_NOSIGNAL);
	}
	shutdown(peer->socket, SHUT_RDWR);
	return NULL;
}

static void check_frames(const struct a4t_frame *frames, int count)
{
	for (int i = 0; i < count; i++) {
		REQUIRE(!frames[i].path || strlen(frames[i].path) < FRAME_BYTES);
		REQUIRE(!frames[i].function || strlen(frames[i].function) < FRAME_BYTES);
		REQUIRE(!frames[i].unread || strlen(frames[i].unread) < FRAME_BYTES);
	}
}

/* `helper.pid` is not a child of this process, so end_helper() does not wait for a child. */
static struct a4t_stacks *connect_stacks(int ends[2])
{
	struct helper helper = {.pidfd = -1, .pid = getpid(), .limit_ms = 10000};

	REQUIRE(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	helper.socket = ends[0];
	return stacks_of(&helper);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct a4t_user_stack stack = {.len = 8};
	struct a4t_frame frames[MOST];
	struct a4t_stacks *stacks;
	struct peer peer = {.input = {data, size}};
	pthread_t thread;
	uint32_t cut = 2;
	int ends[2], count;

	stacks = connect_stacks(ends);
	peer.socket = ends[1];
	REQUIRE(stacks && !pthread_create(&thread, NULL, send_packets, &peer));
	count = a4t_stacks_unwind(stacks, getpid(), &stack, frames, MOST, &cut);
	REQUIRE(count <= MOST && cut <= 1);
	check_frames(frames, count);
	a4t_stacks_end(stacks);
	pthread_join(thread, NULL);
	free_stacks(stacks);
	close(ends[1]);
	return 0;
}
