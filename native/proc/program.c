/* SPDX-License-Identifier: MIT */
#include "proc/program.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proc/living.h"

/* Field numbers of proc_pid_stat(5). */
enum { STATE = 3, STARTTIME = 22, STARTCODE = 26, STARTSTACK = 28 };

/* do_task_stat() of fs/proc/array.c prints 1 instead of an address if the reader may not see it. */
#define HIDDEN 1

/* Longer than any line, which has 52 fields. */
#define STAT_BYTES 2048

/* Field 2, the name of the program, is in parentheses, and can itself contain parentheses and blanks. */
bool parse_program(const char *stat, struct program *program)
{
	unsigned long long values[STARTSTACK + 1] = {};
	const char *at = strrchr(stat, ')');
	int used = 0;

	if (!at || sscanf(at, ") %*c%n", &used) < 0 || !used)
		return false;
	for (int field = STATE + 1; field <= STARTSTACK; field++) {
		at += used;
		if (sscanf(at, "%llu%n", &values[field], &used) != 1)
			return false;
	}
	*program = (struct program){values[STARTTIME], values[STARTCODE], values[STARTSTACK]};
	return program->code > HIDDEN;
}

bool read_program(int32_t tgid, struct program *program)
{
	char path[64], stat[STAT_BYTES];
	ssize_t len;
	int fd;

	/*
	 * Reads the file of one thread. To generate the file of the process, the kernel would have to add up
	 * the CPU times of all threads.
	 */
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, living_thread(tgid));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	stat[len < 0 ? 0 : len] = '\0';
	return parse_program(stat, program);
}
