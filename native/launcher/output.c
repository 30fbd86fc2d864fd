/* SPDX-License-Identifier: MIT */
/*
 * Captures the output of the JVM while it starts. A JVM that fails prints several lines to stdout, none of
 * which begins with "accept4-trace: ", and calls exit(). So stdout and stderr refer to a file in memory
 * during the start. If the start fails, one line of that file is reported.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "launcher/launcher.h"

#define HEADLINE  "Error occurred during initialization of VM\n"
#define UNKNOWN	  "the Java virtual machine does not start"
#define REINSTALL "install it again with install.sh"

static int captured = -1; /* the file in memory; -1 = nothing is captured */
static int standard[2];	  /* copies of the original stdout and stderr */

static int copy_beyond_standard(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

static void redirect(int to_stdout, int to_stderr)
{
	dup2(to_stdout, STDOUT_FILENO);
	dup2(to_stderr, STDERR_FILENO);
}

void capture_output(void)
{
	standard[0] = copy_beyond_standard(STDOUT_FILENO);
	standard[1] = copy_beyond_standard(STDERR_FILENO);
	if (standard[0] < 0 || standard[1] < 0)
		return;
	captured = memfd_create("output", MFD_CLOEXEC);
	if (captured < 0)
		return;
	redirect(captured, captured);
	atexit(report_failed_start);
}

static bool restore_output(void)
{
	if (captured < 0)
		return false;
	fflush(stdout);
	redirect(standard[0], standard[1]);
	close(standard[0]);
	close(standard[1]);
	return true;
}

static void copy_to_stderr(void)
{
	char part[4096];
	ssize_t len;
	off_t at = 0;

	while ((len = pread(captured, part, sizeof(part), at)) > 0 && write(STDERR_FILENO, part, len) == len)
		at += len;
}

void release_output(void)
{
	if (!restore_output())
		return;
	copy_to_stderr();
	close(captured);
	captured = -1;
}

/* Removes the class from e.g. "java.lang.OutOfMemoryError: unable to ...". */
static const char *without_class(const char *line)
{
	const char *colon = strstr(line, ": ");

	return !strncmp(line, "java.lang.", strlen("java.lang.")) && colon ? colon + 2 : line;
}

static bool is_of_limits(const char *text)
{
	static const char *const words[] = {"thread", "memory", "space", "reserve", "allocate", "resource"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

void report_failed_start(void)
{
	char text[1024] = "", *line = text;
	ssize_t len;

	if (!restore_output())
		return;
	len = pread(captured, text, sizeof(text) - 1, 0);
	captured = -1;
	text[len > 0 ? len : 0] = '\0';
	if (!strncmp(line, HEADLINE, strlen(HEADLINE)))
		line += strlen(HEADLINE);
	/* Lines of a crash report begin with '#'. */
	line += strspn(line, "# \n");
	line[strcspn(line, "\n")] = '\0';
	fail_with_hint("start its runtime", *line ? without_class(line) : UNKNOWN,
		       is_of_limits(line) ? LIMITS_HINT : REINSTALL);
}
