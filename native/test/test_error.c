/* SPDX-License-Identifier: MIT */
/* What a failure carries to its reader. */
#include <errno.h>
#include "check.h"
#include "session.h"

static void takes_errno_of_either_sign(void)
{
	struct a4t_error error;

	CHECK_EQ(-EPERM, fail(&error, EPERM, "try %d", 1));
	CHECK_EQ(EPERM, error.error);
	CHECK_TEXT("try 1", error.stage);
	CHECK_EQ(-ENOENT, fail(&error, -ENOENT, "try again"));
	CHECK_EQ(ENOENT, error.error);
}

static void cuts_a_long_stage(void)
{
	struct a4t_error error;
	char text[2 * sizeof(error.stage)];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	fail(&error, EINVAL, "%s", text);
	CHECK_EQ(sizeof(error.stage) - 1, strlen(error.stage));
}

static void keeps_the_last_word_of_libbpf(void)
{
	struct a4t_error error;

	capture_libbpf_messages(false);
	fail(&error, EINVAL, "nothing asked of libbpf yet");
	CHECK_TEXT("", error.detail);
	CHECK(!bpf_object__open_file("/nonexistent/object.o", NULL));
	fail(&error, ENOENT, "open");
	CHECK_TEXT("libbpf: elf: failed to open /nonexistent/object.o: No such file or directory",
		   error.detail);
}

int main(void)
{
	static const struct test tests[] = {
		{"takes errno of either sign", takes_errno_of_either_sign},
		{"cuts a long stage", cuts_a_long_stage},
		{"keeps the last word of libbpf", keeps_the_last_word_of_libbpf},
	};

	return RUN(tests);
}
