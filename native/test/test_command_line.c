/* SPDX-License-Identifier: MIT */
/* Tests that our own command line is read in full or not at all. The tests run this program with many
 * arguments. */
#include <errno.h>
#include <sys/wait.h>
#include "check.h"
#include "process/command_line.h"

/* The kernel accepts arguments of at most 128 KiB each. */
#define LONG_ARGUMENT (100 * 1024)
#define MAX_ARGUMENTS 16

/*
 * Runs in the child, without output. Returns the exit status: 0, an errno, or 254 or 255 for a wrong result.
 */
static int read_own(int argc, char **argv)
{
	size_t size, expected = 0;
	char *text, **last;
	int err = read_command_line(&text, &size);

	if (err)
		return text ? 255 : -err;
	for (int i = 0; i < argc; i++)
		expected += strlen(argv[i]) + 1;
	last = last_words(text, size, 1);
	err = size == expected && last && !strcmp(argv[argc - 1], last[0]) ? 0 : 254;
	free(last);
	free(text);
	return err;
}

/* Runs this program again with `count` long arguments. Returns the exit status of read_own(). */
static int read_long(int count, const char *sanitizer)
{
	static char argument[LONG_ARGUMENT];
	char *argv[MAX_ARGUMENTS + 2] = {"test_command_line"};
	pid_t child;
	int status;

	memset(argument, 'x', sizeof(argument) - 1);
	for (int i = 0; i < count; i++)
		argv[i + 1] = argument;
	child = fork();
	if (child == 0) {
		setenv("ASAN_OPTIONS", sanitizer, 1);
		/* Hide the warning of the sanitizer about the allocation that it refuses. */
		if (!freopen("/dev/null", "w", stderr))
			_exit(253);
		execv("/proc/self/exe", argv);
		_exit(252);
	}
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_long_command_line_is_read_in_full(void)
{
	CHECK_EQ(0, read_long(1, ""));
	CHECK_EQ(0, read_long(MAX_ARGUMENTS, ""));
}

static void a_command_line_that_does_not_fit_into_memory_is_not_cut(void)
{
	CHECK_EQ(ENOMEM, read_long(MAX_ARGUMENTS, "allocator_may_return_null=1:max_allocation_size_mb=1"));
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{"a long command line is read in full", a_long_command_line_is_read_in_full},
		{"a command line that does not fit into memory is not cut",
		 a_command_line_that_does_not_fit_into_memory_is_not_cut},
	};

	return argc > 1 ? read_own(argc, argv) : RUN(tests);
}
