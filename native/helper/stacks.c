/* SPDX-License-Identifier: MIT */
/* Asks the unwinder for the frames of stacks, and opens the files that the unwinder asks for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/error.h"
#include "base/registers.h"
#include "helper/answers.h"
#include "helper/supply.h"
#include "proc/program.h"

/* Longer than the unwinder's own limit, after which it dies. */
#define LIMIT_MS 90000

/* Any packet of an answer. */
union answer {
	struct packet head;
	struct frame_packet frame;
	struct file_packet file;
	struct end_packet end;
};

struct a4t_stacks {
	struct helper helper;
	struct unwind_packet question;
	/*
	 * The strings of the returned frames are in here. The last element is for the packet after the last
	 * frame.
	 */
	union answer answers[MOST_FRAMES + 1];
};

struct asked {
	struct question question;
	struct a4t_stacks *stacks;
	struct a4t_frame *frames;
	uint32_t count;
	uint32_t cut;
};

uint64_t a4t_stack_address(const struct a4t_user_stack *stack)
{
	return stack->registers[PROGRAM_COUNTER];
}

static struct packet *next_place(struct question *question, size_t *room)
{
	struct asked *asked = (struct asked *)question;
	union answer *place = &asked->stacks->answers[asked->count];

	*room = sizeof(*place);
	return &place->head;
}

static int supply(const struct helper *helper, int32_t tgid, const struct file_packet *wanted, size_t bytes)
{
	struct file_packet answer = {.head = wanted->head};
	int fd, err;

	if (bytes != sizeof(*wanted))
		return -EPROTO;
	fd = wanted->head.kind == PACKET_MAPS ? open_maps(tgid)
					      : open_mapped_file(tgid, wanted->start, answer.unread);
	answer.error = fd < 0 ? -fd : 0;
	err = send_packet(helper->socket, &answer, sizeof(answer), fd, MSG_DONTWAIT);
	if (fd >= 0)
		close(fd);
	return err;
}

static int read_texts(const struct frame_packet *packet, size_t bytes, const char *texts[FRAME_TEXTS])
{
	size_t at = 0, len = bytes - offsetof(struct frame_packet, texts);

	for (int i = 0; i < FRAME_TEXTS; i++) {
		uint32_t more = packet->lens[i];

		texts[i] = more ? packet->texts + at : NULL;
		if (more > len - at || (more && packet->texts[at + more - 1]))
			return -EPROTO;
		at += more;
	}
	return at == len ? 0 : -EPROTO;
}

static int read_frame(const struct frame_packet *packet, size_t bytes, struct a4t_frame *frame)
{
	const char *texts[FRAME_TEXTS];
	int err = bytes < offsetof(struct frame_packet, texts) ? -EPROTO : read_texts(packet, bytes, texts);

	if (err)
		return err;
	*frame = (struct a4t_frame){
		.address = packet->address,
		.file_offset = packet->file_offset,
		.offset = packet->offset,
		.function = texts[FRAME_FUNCTION],
		.path = texts[FRAME_PATH],
		.unread = texts[FRAME_UNREAD],
	};
	return 0;
}

static int take_frame(struct asked *asked, const struct frame_packet *packet, size_t bytes)
{
	if (asked->count >= asked->stacks->question.most)
		return -EPROTO;
	if (read_frame(packet, bytes, &asked->frames[asked->count]))
		return -EPROTO;
	asked->count++;
	return 0;
}

static int take_end(struct asked *asked, const struct end_packet *end, size_t bytes)
{
	if (bytes != sizeof(*end) || end->count != asked->count || end->cut > 1)
		return -EPROTO;
	asked->cut = end->cut;
	return 1;
}

static int take_packet(struct question *question, const struct helper *helper, size_t bytes)
{
	struct asked *asked = (struct asked *)question;
	const union answer *packet = &asked->stacks->answers[asked->count];

	switch (packet->head.kind) {
	case PACKET_MAPS:
	case PACKET_FILE:
		return supply(helper, asked->stacks->question.tgid, &packet->file, bytes);
	case PACKET_FRAME:
		return take_frame(asked, &packet->frame, bytes);
	case PACKET_END:
		return take_end(asked, &packet->end, bytes);
	default:
		return -EPROTO;
	}
}

int a4t_stacks_unwind(struct a4t_stacks *stacks, int32_t tgid, const struct a4t_user_stack *stack,
		      struct a4t_frame *frames, uint32_t most, uint32_t *cut)
{
	struct unwind_packet *packet = &stacks->question;
	struct asked asked = {
		.question = {&packet->head, sizeof(*packet), next_place, take_packet},
		.stacks = stacks,
		.frames = frames,
	};
	int err;

	*cut = 1;
	if (stack->len == 0 || most == 0)
		return 0;
	packet->head.kind = PACKET_UNWIND;
	packet->tgid = tgid;
	packet->most = most < MOST_FRAMES ? most : MOST_FRAMES;
	packet->alive = read_program(tgid, &packet->program);
	packet->stack = *stack;
	err = ask(&stacks->helper, &asked.question);
	if (err)
		return err;
	*cut = asked.cut;
	return asked.count;
}

struct a4t_stacks *stacks_of(const struct helper *helper)
{
	struct a4t_stacks *stacks = calloc(1, sizeof(*stacks));

	if (stacks)
		stacks->helper = *helper;
	return stacks;
}

struct a4t_stacks *a4t_stacks_open(struct a4t_error *error)
{
	struct a4t_stacks *stacks;
	struct helper helper;

	if (start_helper(&helper, "a4t-unwinder", LIMIT_MS, error))
		return NULL;
	stacks = stacks_of(&helper);
	if (stacks)
		return stacks;
	end_helper(&helper);
	close_helper(&helper);
	fail(error, ENOMEM, "start a4t-unwinder");
	return NULL;
}

void a4t_stacks_end(struct a4t_stacks *stacks)
{
	end_helper(&stacks->helper);
}

void free_stacks(struct a4t_stacks *stacks)
{
	end_helper(&stacks->helper);
	close_helper(&stacks->helper);
	free(stacks);
}
