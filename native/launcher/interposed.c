/* SPDX-License-Identifier: MIT */
/* Replaces functions of the C library: the JVM, which is loaded into this process, calls these instead. */
#include <dlfcn.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "launcher/launcher.h"

#define EXPORTED __attribute__((visibility("default")))

/* Every byte is one character in this character set, and vice versa. */
#define LOSSLESS "ISO-8859-1"

static const char *installation = "";

const char *codeset_of_locale(void)
{
	char *(*original)(nl_item) = (char *(*)(nl_item))dlsym(RTLD_NEXT, "nl_langinfo");

	setlocale(LC_CTYPE, "");
	return original ? original(CODESET) : "";
}

void keep_links_below(const char *folder)
{
	installation = folder;
}

/*
 * The JVM converts arguments, file names and the environment between bytes and characters, using the codeset
 * of the locale. Bytes that are invalid in that codeset would not survive, so the JVM gets a codeset in which
 * every byte is valid.
 */
EXPORTED char *nl_langinfo(nl_item item)
{
	char *(*original)(nl_item) = (char *(*)(nl_item))dlsym(RTLD_NEXT, "nl_langinfo");

	return item == CODESET ? LOSSLESS : original ? original(item) : "";
}

/* A JVM does not start in a deleted directory. Nothing needs the real name, so the replacement is "/". */
EXPORTED char *getcwd(char *buf, size_t size)
{
	char *(*original)(char *, size_t) = (char *(*)(char *, size_t))dlsym(RTLD_NEXT, "getcwd");
	char *found = original ? original(buf, size) : NULL;

	return found || !buf || size < sizeof("/") ? found : strcpy(buf, "/");
}

/* Some JVMs call _exit() if they cannot start. Others call exit(), which output.c handles. */
EXPORTED void _exit(int status)
{
	report_failed_start();
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

/*
 * Does not resolve links below the folder of keep_links_below(). libjvm.so resolves its own path to find the
 * rest of the runtime, which would undo use_plain_name() in launcher.c.
 */
EXPORTED char *realpath(const char *path, char *resolved)
{
	char *(*original)(const char *, char *) =
		(char *(*)(const char *, char *))dlsym(RTLD_NEXT, "realpath");

	if (*installation && !strncmp(path, installation, strlen(installation)) && strlen(path) < PATH_MAX)
		return resolved ? strcpy(resolved, path) : strdup(path);
	return original ? original(path, resolved) : NULL;
}
