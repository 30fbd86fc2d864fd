/* SPDX-License-Identifier: MIT */
/* Tests of what /proc shows about running programs and their memory. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"
#include "a4t.h"
#include "proc/maps.h"
#include "proc/program.h"

static struct program program;

static bool parses(const char *name, const char *rest)
{
	char stat[512];

	snprintf(stat, sizeof(stat), "70 (%s) %s", name, rest);
	return parse_program(stat, &program);
}

/* Fields 3 to 29 of a sleeping process. As in lines of the kernel, some numbers are negative. */
#define FIELDS(code)                                                                                     \
	"S 1 70 70 0 -1 4194560 103 0 0 0 0 0 0 0 20 0 1 0 12345 2494464 215 18446744073709551615 " code \
	" 94001 140721000 0"

static void a_programs_name_can_look_like_fields(void)
{
	CHECK(parses("sleep", FIELDS("94000")));
	CHECK_EQ(12345, program.started);
	CHECK_EQ(94000, program.code);
	CHECK_EQ(140721000, program.stack);
	CHECK(parses("a) S 1 2 3", FIELDS("94000")));
	CHECK_EQ(12345, program.started);
	CHECK(parses("\n ((", FIELDS("94000")));
	CHECK_EQ(94000, program.code);
}

static void hidden_or_missing_fields_are_not_a_program(void)
{
	CHECK(!parses("sleep", FIELDS("0")));
	CHECK(!parses("sleep", FIELDS("1")));
	CHECK(!parses("sleep", "S 1 70"));
	CHECK(!parses("sleep", "S 1 70 word"));
	CHECK(!parses("sleep", ""));
	CHECK(!parse_program("", &program));
}

static void wait_for_stop(pid_t pid)
{
	CHECK_EQ(pid, waitpid(pid, NULL, WUNTRACED));
}

/* The script executes the same file again, so neither the path nor the inode differs. */
static void a_program_differs_after_exec(void)
{
	static const char script[] = "kill -STOP $$; exec sh -c 'kill -STOP $$'";
	struct program before;
	pid_t pid = fork();

	if (pid == 0)
		_exit(execl("/bin/sh", "sh", "-c", script, (char *)NULL));
	wait_for_stop(pid);
	CHECK(read_program(pid, &before));
	CHECK(read_program(pid, &program));
	CHECK(!memcmp(&before, &program, sizeof(program)));
	kill(pid, SIGCONT);
	wait_for_stop(pid);
	CHECK(read_program(pid, &program));
	CHECK_EQ(before.started, program.started);
	CHECK(memcmp(&before, &program, sizeof(program)) != 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CHECK(!read_program(pid, &program));
}

static void an_address_is_found_in_its_mapping(void)
{
	static const char text[] = "1000-2000 r--p 00000000 fe:00 12   /a b\n"
				   "garbage\n"
				   "2000-4000 r-xp 00001000 fe:00 12   /a b\n"
				   "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]";
	FILE *maps = fmemopen((char *)text, sizeof(text) - 1, "r");
	struct mapping mapping;
	char name[PATH_MAX];

	CHECK(find_mapping(maps, 0x3fff, &mapping, name));
	CHECK_TEXT("/a b", name);
	CHECK_EQ(0x2000, mapping.start);
	CHECK_EQ(0x4000, mapping.end);
	CHECK_EQ(0x1000, mapping.offset);
	rewind(maps);
	CHECK(!find_mapping(maps, 0x4000, &mapping, NULL));
	rewind(maps);
	CHECK(find_mapping(maps, 0xffffffffff600000, &mapping, name));
	CHECK_TEXT("[vsyscall]", name);
	fclose(maps);
	CHECK(read_mapping(getpid(), (uintptr_t)text, &mapping, name));
	CHECK(strstr(name, "/test_program"));
	CHECK(read_mapping(getpid(), (uintptr_t)&maps, &mapping, name));
	CHECK(*name != '/');
	CHECK(!read_mapping(getpid(), 0, &mapping, name));
}

static void an_executable_shows_whether_it_is_32_bit(void)
{
	pid_t pid = fork();

	CHECK_EQ(0, a4t_is_32_bit(getpid()));
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	CHECK_EQ(-ENOENT, a4t_is_32_bit(pid));
	/* Process 2 is a kernel thread, which has no executable. */
	if (root_or_skip())
		CHECK_EQ(-ENOENT, a4t_is_32_bit(2));
}

int main(void)
{
	static const struct test tests[] = {
		{"a program's name can look like fields", a_programs_name_can_look_like_fields},
		{"hidden or missing fields are not a program", hidden_or_missing_fields_are_not_a_program},
		{"a program differs after exec", a_program_differs_after_exec},
		{"an address is found in its mapping", an_address_is_found_in_its_mapping},
		{"an executable shows whether it is 32-bit", an_executable_shows_whether_it_is_32_bit},
	};

	return RUN(tests);
}
