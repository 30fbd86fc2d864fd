/* SPDX-License-Identifier: MIT */
/*
 * Tests of is_plain_trace(), which is true only if the command line certainly starts a trace. In doubt, it is
 * false.
 */
#include "check.h"
#include "../launcher/guess.c"

#define MAX_WORDS 16

/* Calls is_plain_trace() with the words of `line`. */
static bool is_plain(const char *line)
{
	char text[128], *argv[MAX_WORDS] = {"accept4-trace"}, *rest = text;
	int argc = 1;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word; (word = strsep(&rest, " ")) && *word;)
		argv[argc++] = word;
	return is_plain_trace(argc, argv);
}

static void plain_traces_are_recognized(void)
{
	static const char *const lines[] = {
		"-p 1",
		"-p 1 -p 22 -f",
		"-q -f -p 123456789 -o out",
		"--all",
		"-cf --all --duration 500ms",
		"-ttt -p 1 --count 3",
		"--format=json -p 1 --no-fold",
		"nginx -h --frob",
		"-f -- nginx",
		"-q -- -p",
		"-p nginx",
		"-f -p my_app-1.v2",
		"-- 1234",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!is_plain(lines[i]))
			printf("%s\n", lines[i]);
		CHECK(is_plain(lines[i]));
	}
}

static void other_command_lines_are_not_recognized(void)
{
	static const char *const lines[] = {
		"",
		"-h",
		"--help",
		"-V",
		"--version",
		"--check",
		"--completion=bash",
		"-q",
		"--",
		"-p",
		"-p 0",
		"-p -nginx",
		"-p 7up",
		"-p nginx,haproxy",
		"1234",
		"-q 1234 x",
		"-p +5",
		"-p 1,2",
		"-p 99999999999",
		"-p 1 -h",
		"-hp 1",
		"-p 1 --help",
		"-p 1 --frob",
		"-p 1 -j",
		"-p 1 --all",
		"-p 1 ls",
		"--all -- ls",
		"-f -f -p 1",
		"-ff -p 1",
		"-tt -tt -p 1",
		"-p 1 -o",
		"-o -h -p 1",
		"-o a -o b -p 1",
		"-p 1 --duration 0",
		"-p 1 --duration 3x",
		"-p 1 --duration 5124096h",
		"-p 1 --count none",
		"-p 1 --format=xml",
		"-p 1 --port 80",
		"-",
		"-p 1 -",
		"--diagnose -p 1",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (is_plain(lines[i]))
			printf("%s\n", lines[i]);
		CHECK(!is_plain(lines[i]));
	}
}

int main(void)
{
	const struct test tests[] = {
		{"plain traces are recognized", plain_traces_are_recognized},
		{"other command lines are not recognized", other_command_lines_are_not_recognized},
	};

	return RUN(tests);
}
