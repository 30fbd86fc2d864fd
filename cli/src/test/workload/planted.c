/* A library that a stranger has planted. Whoever loads it creates a file next to it: NAME.loaded. */
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
