/*
 * A library that an attacker has planted under another NAME, see PlantedFilesIT. A process that loads it
 * creates NAME.loaded next to it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static __attribute__((constructor)) void leave_a_trace(void)
{
	char path[4096];
	Dl_info own;

	if (!dladdr((void *)leave_a_trace, &own))
		return;
	snprintf(path, sizeof(path), "%s.loaded", own.dli_fname);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
}
