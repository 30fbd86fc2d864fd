/* SPDX-License-Identifier: MIT */
/* Tests of kernel switches that silence attached hooks. */
#include <unistd.h>
#include "check.h"
#include "events/silence.h"
#include "state.h"

/* Checks a session with a single switch, whose file contains `state`. */
static void check_reads(const char *state, const char *expected)
{
	FILE *file = tmpfile();
	struct a4t session = {.events.switches = {fileno(file), -1}};

	fputs(state, file);
	fflush(file);
	CHECK_TEXT(expected, a4t_silenced(&session));
	/* Read again, because the result must not depend on the file offset. */
	CHECK_TEXT(expected, a4t_silenced(&session));
	fclose(file);
}

static void a_switch_is_off_only_if_its_file_says_so(void)
{
	check_reads("0\n", "kernel.ftrace_enabled is 0");
	check_reads("1\n", "");
	check_reads("", "");
}

static void tracepoints_do_not_depend_on_switches(void)
{
	struct a4t session = {};

	open_switches(&session);
	CHECK_EQ(-1, session.events.switches[SWITCH_FTRACE]);
	CHECK_EQ(-1, session.events.switches[SWITCH_KPROBES]);
	CHECK_TEXT("", a4t_silenced(&session));
	close_switches(&session);
}

static void functions_depend_on_switches(void)
{
	struct a4t session = {.hooks.has_fentry = true};

	open_switches(&session);
	CHECK_EQ(access("/proc/sys/kernel/ftrace_enabled", R_OK) == 0,
		 session.events.switches[SWITCH_FTRACE] >= 0);
	CHECK_EQ(-1, session.events.switches[SWITCH_KPROBES]);
	close_switches(&session);
}

int main(void)
{
	static const struct test tests[] = {
		{"a switch is off only if its file says so", a_switch_is_off_only_if_its_file_says_so},
		{"tracepoints do not depend on switches", tracepoints_do_not_depend_on_switches},
		{"hooks on functions depend on switches", functions_depend_on_switches},
	};

	return RUN(tests);
}
