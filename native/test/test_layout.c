/* SPDX-License-Identifier: MIT */
/* The exported table of the record's fields. */
#include <stddef.h>
#include <stdint.h>
#include "check.h"
#include "a4t.h"

struct line {
	char name[64];
	int size;
	int offset;
};

static int next_line(const char **text, struct line *line)
{
	int consumed;

	if (sscanf(*text, "%63s %d %d\n%n", line->name, &line->size, &line->offset, &consumed) != 3)
		return 0;
	*text += consumed;
	return 1;
}

static void names_every_byte_but_the_padding(void)
{
	const char *text = a4t_event_layout();
	struct line line;
	int end = 0, padding = 0;

	while (next_line(&text, &line)) {
		/* In place of the accepted socket and its peer. */
		if (!strncmp(line.name, "head.arguments", 14))
			continue;
		CHECK(line.offset >= end);
		padding += line.offset - end;
		end = line.offset + line.size;
	}
	CHECK_TEXT("", text);
	CHECK_EQ(sizeof(struct accept_event_with_stack), end);
	CHECK_EQ(2 * sizeof(((struct a4t_socket *)0)->pad) + sizeof(((struct a4t_user_stack *)0)->pad),
		 padding);
}

static int find(const char *name, struct line *line)
{
	const char *text = a4t_event_layout();

	while (next_line(&text, line))
		if (!strcmp(line->name, name))
			return 1;
	return 0;
}

#define FIELD(field)                                                    \
	{                                                               \
#field, sizeof(((struct accept_event_long *)0)->field), \
			offsetof(struct accept_event_long, field)       \
	}

static void agrees_with_the_compiler(void)
{
	static const struct line fields[] = {
		FIELD(head.size),	   FIELD(head.flags),	       FIELD(head.ret),
		FIELD(head.process_comm),  FIELD(head.listener.state), FIELD(head.accepted.local.port),
		FIELD(head.peer.name_len), FIELD(head.user_addr),      FIELD(peer_name),
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct line line = {};

		CHECK(find(fields[i].name, &line));
		CHECK_TEXT(fields[i].name, line.name);
		CHECK_EQ(fields[i].size, line.size);
		CHECK_EQ(fields[i].offset, line.offset);
	}
}

static void tells_its_version(void)
{
	CHECK_EQ(A4T_ABI_VERSION, a4t_abi_version());
}

int main(void)
{
	static const struct test tests[] = {
		{"names every byte but the padding", names_every_byte_but_the_padding},
		{"agrees with the compiler", agrees_with_the_compiler},
		{"tells its version", tells_its_version},
	};

	return RUN(tests);
}
