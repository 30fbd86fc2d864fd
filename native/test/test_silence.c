/* SPDX-License-Identifier: MIT */
/* Hooks that are switched off while they are attached. */
#include <unistd.h>
#include "check.h"
#include "events/silence.h"
#include "state.h"

/* A session whose only switch is a file that says so. */
static void check_reads(const char *state, const char *expected)
{
	FILE *file = tmpfile();
	struct a4t session = {.events.switches = {fileno(file), -1}};

	fputs(state, file);
	fflush(file);
	CHECK_TEXT(expected, a4t_silenced(&session));
	/* The file offset is of no concern. */
	CHECK_TEXT(expected, a4t_silenced(&session));
	fclose(file);
}

static void a_switch_is_off_only_when_it_says_so(void)
{
	check_reads("0\n", "kernel.ftrace_enabled is 0");
	check_reads("1\n", "");
	check_reads("", "");
}

static void tracepoints_depend_on_no_switch(void)
{
	struct a4t session = {};

	open_switches(&session);
	CHECK_EQ(-1, session.events.switches[SWITCH_FTRACE]);
	CHECK_EQ(-1, session.events.switches[SWITCH_KPROBES]);
	CHECK_TEXT("", a4t_silenced(&session));
	close_switches(&session);
}

int main(void)
{
	static const struct test tests[] = {
		{"a switch is off only when it says so", a_switch_is_off_only_when_it_says_so},
		{"tracepoints depend on no switch", tracepoints_depend_on_no_switch},
	};

	return RUN(tests);
}
