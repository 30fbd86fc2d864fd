/* SPDX-License-Identifier: MIT */
/* Tests of a4t_open_command(), which starts a command that reads the output from a pipe. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "a4t.h"

/* Reads what the command has written to the pipe, and closes our reading end. */
static void read_printed(int ends[2], char *text, size_t size)
{
	ssize_t len = read(ends[0], text, size - 1);

	text[len > 0 ? len : 0] = '\0';
	close(ends[0]);
}

static int start(const char *command, int *output)
{
	struct a4t_error error;
	int pid = a4t_open_command(command, output, &error);

	CHECK(pid > 0);
	return pid;
}

static void the_command_gets_all_output_and_its_status_is_returned(void)
{
	int output, pid = start("test \"$(cat)\" = 'two words' && exit 7", &output), status;

	CHECK_EQ(9, a4t_write(output, "two words", 9));
	CHECK_EQ(0, a4t_close_output(output));
	status = a4t_wait_command(pid);
	CHECK(WIFEXITED(status));
	CHECK_EQ(7, WEXITSTATUS(status));
}

static void the_status_is_returned_if_sigchld_was_ignored(void)
{
	int output, pid;

	signal(SIGCHLD, SIG_IGN);
	pid = start("exit 3", &output);
	CHECK_EQ(0, a4t_close_output(output));
	CHECK_EQ(3 << 8, a4t_wait_command(pid));
}

static void signals_of_the_terminal_do_not_end_the_command(void)
{
	static const int ending[] = {SIGINT, SIGQUIT, SIGHUP};
	int ends[2], output, pid, status;
	char command[64], text[8];

	CHECK_EQ(0, pipe(ends));
	/* Writes through /proc, because the command has only descriptors 0 to 2. */
	snprintf(command, sizeof(command), "echo ready >/proc/%d/fd/%d; cat >/dev/null", getpid(), ends[1]);
	pid = start(command, &output);
	read_printed(ends, text, sizeof(text));
	CHECK_TEXT("ready\n", text);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		CHECK_EQ(0, kill(pid, ending[i]));
	CHECK_EQ(0, a4t_close_output(output));
	status = a4t_wait_command(pid);
	CHECK_EQ(0, status);
	close(ends[1]);
}

static void the_command_inherits_the_original_environment(void)
{
	int output, pid;

	setenv("ACCEPT4_TRACE_ASIDE_JAVA_HOME", "/j", 1);
	setenv("ACCEPT4_TRACE_FDS", "0,1,2,", 1);
	dup2(STDOUT_FILENO, 20);
	pid = start("test \"$JAVA_HOME\" = /j && ! env | grep -q ACCEPT4_TRACE_ && "
		    /* Descriptor 3 is the folder that ls has open. */
		    "test \"$(ls /proc/self/fd | tr -d '\\n')\" = 0123",
		    &output);
	close(20);
	CHECK_EQ(0, a4t_close_output(output));
	CHECK_EQ(0, a4t_wait_command(pid));
	unsetenv("ACCEPT4_TRACE_ASIDE_JAVA_HOME");
	unsetenv("ACCEPT4_TRACE_FDS");
}

static void a_close_reports_write_errors(void)
{
	CHECK_EQ(-EBADF, a4t_close_output(-1));
}

int main(void)
{
	static const struct test tests[] = {
		{"the command gets all output and its status is returned",
		 the_command_gets_all_output_and_its_status_is_returned},
		{"the status is returned if SIGCHLD was ignored",
		 the_status_is_returned_if_sigchld_was_ignored},
		{"signals of the terminal do not end the command",
		 signals_of_the_terminal_do_not_end_the_command},
		{"the command inherits the original environment",
		 the_command_inherits_the_original_environment},
		{"a close reports write errors", a_close_reports_write_errors},
	};

	return RUN(tests);
}
