/* SPDX-License-Identifier: MIT */
/*
 * The accept4-trace command: sets the process up as the tool needs it and
 * becomes the Java program in the installation's own runtime.
 *
 * It is a C program because a shell script could not do it: a shell that is
 * started in the background has SIGINT ignored and cannot undo that.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "aside.h"

#define TOOL	      "accept4-trace"
#define ARCHIVE	      "%s/app.aot"
#define OLDER_ARCHIVE "%s/runtime/lib/server/classes.jsa"

/* %s is the installation's library folder. The archive of classes depends on some: see make-runtime.sh. */
static const char *const java_options[] = {
	"-XX:+UseSerialGC",
	"-XX:TieredStopAtLevel=1",
	"-XX:-UsePerfData",
	/* Root's: no socket for orders in /tmp, no reports, cores and readings of files in whatever folder
	   this is. */
	"-XX:+DisableAttachMechanism",
	"-XX:+ErrorFileToStderr",
	"-XX:-CreateCoredumpOnCrash",
	"-XX:-DumpReplayDataOnError",
	"-XX:-PrintWarnings",
	/* Tables of peers can grow so far; what lives but for a line needs little room. */
	"-Xmx64m",
	"-Xms12m",
	"-Xmn4m",
	/* A traced command must not inherit a raised limit of open files. */
	"-XX:-MaxFDLimit",
	/* INT, TERM, HUP and QUIT belong to liba4t or keep their default. */
	"-Xrs",
	"--enable-native-access=accept4trace",
	"-Djna.boot.library.path=%s/native",
	"-Djna.library.path=%s/native",
	/* Without it JNA runs ldconfig at every start. */
	"-Djna.platform.library.path=%s/native",
	"-Djna.nounpack=true",
	"-Dlibrary.jline.path=%s/native",
	"-Djna.nosys=true",
	"-Djava.util.logging.config.file=/dev/null",
	/* What the runtime has to say must not mix with the trace on stdout. */
	"-Xlog:disable",
};

/*
 * An archive that cannot be used costs time alone: a word on it is for who asks why. By
 * whether it is one of JDK 25 or newer, as the older ones refuse a tag that they do not know.
 */
static const char *const quiet_log[] = {
	"-Xlog:all=error,cds*=off:stderr",
	"-Xlog:all=error,cds*=off,aot*=off:stderr",
};
static const char *const debug_log[] = {
	"-Xlog:all=error,cds=info:stderr",
	"-Xlog:all=error,cds*=warning,aot*=warning:stderr",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void fail(const char *what, const char *why)
{
	fprintf(stderr, TOOL ": cannot %s: %s\nhint: install it again with install.sh\n", what, why);
	exit(1);
}

/* bin/accept4-trace, whatever link it was called by, stands beside lib/accept4-trace. */
static void find_library(char library[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		fail("find its installation", strerror(errno));
	self[len] = '\0';
	if (snprintf(library, PATH_MAX, "%s/lib/" TOOL, dirname(dirname(self))) >= PATH_MAX)
		fail("find its installation", strerror(ENAMETOOLONG));
}

static char *expand(const char *option, const char *library)
{
	char *text = NULL;
	const char *mark = strstr(option, "%s");

	if (!mark)
		return (char *)option;
	if (asprintf(&text, "%.*s%s%s", (int)(mark - option), option, library, mark + 2) < 0)
		fail("start", strerror(ENOMEM));
	return text;
}

static bool asks_for_debug(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "-d") || !strcmp(argv[i], "--debug"))
			return true;
	return false;
}

static bool is_there(const char *file, const char *library)
{
	return access(expand(file, library), R_OK) == 0;
}

/* One made by JDK 25 or newer has to be named; the older ones' is found unasked. */
static char *archive_option(const char *library, bool debug)
{
	if (is_there(ARCHIVE, library))
		return expand("-XX:AOTCache=" ARCHIVE, library);
	if (debug && !is_there(OLDER_ARCHIVE, library))
		fprintf(stderr, "hint: a start takes longer without an archive of classes; install it again "
				"with install.sh\n");
	return NULL;
}

static char **command_line(const char *library, int argc, char **argv)
{
	static const char *const main_class[] = {"-m", "accept4trace/accept4trace.Main"};
	char **args = calloc(COUNT(java_options) + COUNT(main_class) + argc + 4, sizeof(char *));
	bool debug = asks_for_debug(argc, argv), named = is_there(ARCHIVE, library);
	size_t n = 0;

	if (!args)
		fail("start", strerror(ENOMEM));
	args[n++] = TOOL;
	for (size_t i = 0; i < COUNT(java_options); i++)
		args[n++] = expand(java_options[i], library);
	args[n++] = (char *)(debug ? debug_log : quiet_log)[named];
	args[n] = archive_option(library, debug);
	n += args[n] != NULL;
	for (size_t i = 0; i < COUNT(main_class); i++)
		args[n++] = (char *)main_class[i];
	for (int i = 1; i < argc; i++)
		args[n++] = argv[i];
	return args;
}

static void put_aside_signals(void)
{
	unsigned long long ignored = 0, blocked = 0;
	struct sigaction action;
	char text[64];
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int number = 1; number <= A4T_LAST_SIGNAL; number++) {
		if (!sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN)
			ignored |= 1ULL << (number - 1);
		if (sigismember(&mask, number) == 1)
			blocked |= 1ULL << (number - 1);
	}
	snprintf(text, sizeof(text), A4T_SIGNALS_FORMAT, ignored, blocked);
	setenv(A4T_SIGNALS, text, 1);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The numbers of all open fds, ascending; returns how many, at most `room`. */
static size_t list_fds(int *fds, size_t room)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	size_t count = 0;

	while (dir && count < room && (entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != dirfd(dir))
			fds[count++] = fd;
	}
	if (dir)
		closedir(dir);
	qsort(fds, count, sizeof(*fds), by_number);
	return count;
}

static void put_aside_fds(void)
{
	static int fds[A4T_MOST_FDS];
	static char text[12 * A4T_MOST_FDS];
	size_t count = list_fds(fds, A4T_MOST_FDS), len = 0;

	for (size_t i = 0; i < count; i++)
		len += snprintf(text + len, sizeof(text) - len, "%d,", fds[i]);
	setenv(A4T_FDS, text, 1);
}

/* Closed ones would be the next files that are opened. Now they fail when they are used, as they should. */
static void occupy_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* A shell without job control ignores SIGINT for what it puts in the background; kill -INT must end us all
 * the same. */
static void restore_interrupt(void)
{
	signal(SIGINT, SIG_DFL);
}

/* Our threads tell each other by it to give up root's rights, see confine.c. */
static void unblock_own_signal(void)
{
	sigset_t own;

	sigemptyset(&own);
	sigaddset(&own, SIGRTMIN);
	sigprocmask(SIG_UNBLOCK, &own, NULL);
}

static void put_aside(const char *variable)
{
	const char *value = getenv(variable);
	char name[64];

	if (!value)
		return;
	snprintf(name, sizeof(name), A4T_ASIDE "%s", variable);
	setenv(name, value, 1);
	unsetenv(variable);
}

static void put_aside_jvm_variables(void)
{
	for (size_t i = 0; i < JVM_VARIABLES; i++)
		put_aside(jvm_variables[i]);
}

int main(int argc, char **argv)
{
	char library[PATH_MAX];
	char *runtime;

	find_library(library);
	put_aside_fds();
	occupy_standard_fds();
	put_aside_signals();
	restore_interrupt();
	unblock_own_signal();
	put_aside_jvm_variables();
	/* A link to the runtime's java: the kernel names the process after the path that is executed. */
	runtime = expand("%s/runtime/bin/" TOOL, library);
	execv(runtime, command_line(library, argc, argv));
	fail("start its runtime", strerror(errno));
}
