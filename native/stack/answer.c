/* SPDX-License-Identifier: MIT */
/* Unwinds the stacks that the tool sends. Asks the tool for the files that are needed. */
#include "stack/answer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "stack/libdw.h"
#include "stack/unwind.h"

/* Enough to read a large program on an emulated machine that is busy. */
#define LIMIT_S 60

/* More than the limit for all mapped files of a process together (MAX_BYTES in mapped.c). */
#define MAX_MEMORY (4ULL << 30)

/* The question that is being answered. */
static struct {
	int socket;
	uint32_t id;
} current;

/*
 * Asks the tool for a descriptor. Ends the worker if anything but the answer arrives, because the tool has
 * then given up on the stack.
 */
static int ask_tool(struct file_packet *packet)
{
	uint32_t kind = packet->head.kind;
	ssize_t len;
	int fd;

	packet->head.id = current.id;
	if (send_packet(current.socket, packet, sizeof(*packet), NO_DESCRIPTOR, 0))
		_exit(EXIT_FAILURE);
	len = receive_packet(current.socket, packet, sizeof(*packet), &fd, 0);
	/* The limit on open files is reached. */
	if (len == -EMFILE)
		return -EMFILE;
	if (len != sizeof(*packet) || packet->head.kind != kind || packet->head.id != current.id)
		_exit(EXIT_FAILURE);
	if (fd < 0)
		return packet->error > 0 ? -packet->error : -EBADF;
	return fd;
}

static int ask_for_maps(int32_t tgid)
{
	struct file_packet packet = {.head.kind = PACKET_MAPS};

	(void)tgid;
	return ask_tool(&packet);
}

static int ask_for_file(int32_t tgid, uint64_t start, char unread[FILE_SYSTEM_BYTES])
{
	struct file_packet packet = {.head.kind = PACKET_FILE, .start = start};
	int fd = ask_tool(&packet);

	(void)tgid;
	memcpy(unread, packet.unread, FILE_SYSTEM_BYTES);
	return fd;
}

static const struct supplier tool = {ask_for_maps, ask_for_file};

/* `room`: bytes with the NUL. */
static void add_text(struct frame_packet *packet, size_t *at, int which, const char *text, size_t room)
{
	size_t len = text ? strnlen(text, room - 1) : 0;

	if (!text)
		return;
	memcpy(packet->texts + *at, text, len);
	packet->texts[*at + len] = '\0';
	packet->lens[which] = len + 1;
	*at += len + 1;
}

static int send_frame(const struct a4t_frame *frame)
{
	static struct frame_packet packet;
	size_t at = 0;

	packet.head = (struct packet){PACKET_FRAME, current.id};
	packet.address = frame->address;
	packet.file_offset = frame->file_offset;
	packet.offset = frame->offset;
	memset(packet.lens, 0, sizeof(packet.lens));
	add_text(&packet, &at, FRAME_PATH, frame->path, PATH_MAX);
	add_text(&packet, &at, FRAME_FUNCTION, frame->function, LONGEST_FUNCTION);
	add_text(&packet, &at, FRAME_UNREAD, frame->unread, FILE_SYSTEM_BYTES);
	return send_packet(current.socket, &packet, offsetof(struct frame_packet, texts) + at, NO_DESCRIPTOR,
			   0);
}

static bool answer(int socket, const union helper_packet *packet, size_t bytes)
{
	static struct stacks *stacks;
	const struct unwind_packet *question = &packet->unwind;
	struct a4t_frame frames[MOST_FRAMES];
	struct end_packet end = {.head = {PACKET_END, packet->head.id}};

	if (bytes != sizeof(*question) || question->head.kind != PACKET_UNWIND ||
	    question->most > MOST_FRAMES)
		return false;
	if (!stacks)
		stacks = open_stacks(&tool);
	if (!stacks)
		return false;
	current.socket = socket;
	current.id = packet->head.id;
	end.count = unwind(stacks, question->tgid, question->alive ? &question->program : NULL,
			   &question->stack, frames, question->most, &end.cut);
	for (uint32_t i = 0; i < end.count; i++)
		if (send_frame(&frames[i]))
			return false;
	return !send_packet(socket, &end, sizeof(end), NO_DESCRIPTOR, 0);
}

const struct helper_program unwinder = {
	.prepare = load_libdw,
	.answer = answer,
	.limit_s = LIMIT_S,
	.memory = MAX_MEMORY,
};
