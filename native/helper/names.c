/* SPDX-License-Identifier: MIT */
/* Asks the resolver. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "helper/answers.h"

/* Longer than the resolver's own limit, after which it dies. */
#define LIMIT_MS 90000

struct a4t_names {
	struct helper helper;
};

struct asked {
	struct question question;
	struct name_packet answer;
};

static struct packet *next_place(struct question *question, size_t *room)
{
	struct asked *asked = (struct asked *)question;

	*room = sizeof(asked->answer);
	return &asked->answer.head;
}

static int take_packet(struct question *question, const struct helper *helper, size_t bytes)
{
	const struct name_packet *answer = &((struct asked *)question)->answer;

	(void)helper;
	if (answer->head.kind != PACKET_NAME || bytes != sizeof(*answer) ||
	    !memchr(answer->name, '\0', sizeof(answer->name)))
		return -EPROTO;
	return 1;
}

int a4t_names_find(struct a4t_names *names, const void *address, uint32_t len, char name[A4T_HOST_NAME_BYTES])
{
	struct address_packet packet = {.head.kind = PACKET_ADDRESS, .len = len};
	struct asked asked = {.question = {&packet.head, sizeof(packet), next_place, take_packet}};
	int err;

	if (len > sizeof(packet.address))
		return -EINVAL;
	memcpy(packet.address, address, len);
	err = ask(&names->helper, &asked.question);
	if (err)
		return err;
	strcpy(name, asked.answer.name);
	return strlen(name);
}

struct a4t_names *names_of(const struct helper *helper)
{
	struct a4t_names *names = calloc(1, sizeof(*names));

	if (names)
		names->helper = *helper;
	return names;
}

struct a4t_names *a4t_names_open(struct a4t_error *error)
{
	struct a4t_names *names;
	struct helper helper;

	if (start_helper(&helper, "a4t-resolver", LIMIT_MS, error))
		return NULL;
	names = names_of(&helper);
	if (names)
		return names;
	end_helper(&helper);
	close_helper(&helper);
	fail(error, ENOMEM, "start a4t-resolver");
	return NULL;
}

void a4t_names_end(struct a4t_names *names)
{
	end_helper(&names->helper);
}

void free_names(struct a4t_names *names)
{
	end_helper(&names->helper);
	close_helper(&names->helper);
	free(names);
}
