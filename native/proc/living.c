/* SPDX-License-Identifier: MIT */
#include "proc/living.h"
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * ENOENT means that the thread has ended. Other errors, such as EACCES, mean that it has a program whose link
 * we are not allowed to read.
 */
static bool has_program(int32_t id)
{
	char path[32], first;

	snprintf(path, sizeof(path), "/proc/%d/exe", id);
	return readlink(path, &first, 1) >= 0 || errno != ENOENT;
}

int32_t living_thread(int32_t tgid)
{
	int32_t living = tgid;
	struct dirent *entry;
	char folder[32];
	DIR *tasks;

	if (has_program(tgid))
		return tgid;
	snprintf(folder, sizeof(folder), "/proc/%d/task", tgid);
	tasks = opendir(folder);
	while (tasks && living == tgid && (entry = readdir(tasks))) {
		int32_t tid = atoi(entry->d_name);

		if (tid > 0 && tid != tgid && has_program(tid))
			living = tid;
	}
	if (tasks)
		closedir(tasks);
	return living;
}
