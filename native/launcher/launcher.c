/* SPDX-License-Identifier: MIT */
/*
 * The accept4-trace command: sets the process up as the tool needs it and runs the Java
 * program in it, by the installation's own runtime. While that starts, the native library
 * prepares what a trace needs.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "a4t.h"
#include "launcher/aside.h"
#include "launcher/guess.h"
#include "launcher/launcher.h"

#define TOOL		    "accept4-trace"
#define ARCHIVE		    "%s/runtime/lib/server/classes.jsa"
#define JVM		    "%s/runtime/lib/server/libjvm.so"
#define LEAST_ADDRESS_SPACE (256UL * 1024 * 1024)
#define LIBRARY		    "%s/native/liba4t.so"

/* For UserLocale in Java. What Java itself believes of the locale is wrong, see interposed.c. */
#define CODESET_PROPERTY "-Daccept4trace.codeset=%s"

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
	/* All tables are bounded in bytes: together they fit, and the process stays below 64 MiB resident.
	   What lives but for a line needs little room. */
	"-Xmx28m",
	"-Xms12m",
	"-Xmn4m",
	/* A start calls much, but little of it often: compiled later, what is called all the time is not
	   missed. */
	"-XX:CompileThresholdScaling=4",
	/* Tables of the usual sizes are 768 KiB to be zeroed; these grow. */
	"-XX:StringTableSize=1024",
	"-XX:+UnlockExperimentalVMOptions",
	"-XX:SymbolTableSize=4096",
	/* The sizes above are the same in every container: spares reading some twenty files of its cgroup. */
	"-XX:-UseContainerSupport",
	/* The archive where it was made for, so that it need not be written to all over; see populate.c. */
	"-XX:+UnlockDiagnosticVMOptions",
	"-XX:ArchiveRelocationMode=0",
	/* A traced command must not inherit a raised limit of open files. */
	"-XX:-MaxFDLimit",
	/* INT, TERM, HUP and QUIT belong to liba4t or keep their default. */
	"-Xrs",
	"-Djdk.module.main=accept4trace",
	"--enable-native-access=accept4trace",
	"-Djna.boot.library.path=%s/native",
	"-Djna.library.path=%s/native",
	/* Without it JNA runs ldconfig at every start. */
	"-Djna.platform.library.path=%s/native",
	"-Djna.nounpack=true",
	"-Dlibrary.jline.path=%s/native",
	"-Djna.nosys=true",
	"-Djava.util.logging.config.file=/dev/null",
	/* picocli would look for ways to make such values of words, of which we want none. */
	"-Dpicocli.converters.excludes=java.*",
	/* A fraction of the default of 1 GiB of address space; more than all classes need. */
	"-XX:CompressedClassSpaceSize=32m",
	/* What the runtime has to say must not mix with the trace on stdout. */
	"-XX:+DisplayVMOutputToStderr",
	"-Xlog:disable",
};

/* An archive that cannot be used costs time alone: a word on it is for who asks why. */
static const char quiet_log[] = "-Xlog:all=error,cds*=off:stderr";
static const char debug_log[] = "-Xlog:all=error,cds=info:stderr";

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void fail_with_hint(const char *what, const char *why, const char *hint)
{
	fprintf(stderr, TOOL ": cannot %s: %s\nhint: %s\n", what, why, hint);
	_exit(1);
}

void fail(const char *what, const char *why)
{
	fail_with_hint(what, why, "install it again with install.sh");
}

/* Java and JNA split lists of folders at colons: a name of the folder without one. */
static void avoid_colon(char library[PATH_MAX])
{
	int fd = open(library, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		fail("find its installation", strerror(errno));
	snprintf(library, PATH_MAX, "/proc/self/fd/%d", fd);
	take_path_as_it_is(library);
}

static void fail_without_proc(int err)
{
	fprintf(stderr,
		TOOL ": cannot read /proc/self/exe: %s\n"
		     "hint: mount this PID namespace's own /proc: mount -t proc proc /proc\n",
		strerror(err));
	_exit(1);
}

/* bin/accept4-trace, whatever link it was called by, stands beside lib/accept4-trace. */
static void find_library(char library[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		fail_without_proc(errno);
	self[len] = '\0';
	if (snprintf(library, PATH_MAX, "%s/lib/" TOOL, dirname(dirname(self))) >= PATH_MAX)
		fail("find its installation", strerror(ENAMETOOLONG));
	if (strchr(library, ':'))
		avoid_colon(library);
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

/* With less, a JVM can crash before it finds out. */
static void check_address_space(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur < LEAST_ADDRESS_SPACE)
		fail_with_hint("start its runtime", "the limit of address space is below 256 MiB",
			       "raise it: ulimit -v unlimited");
}

static bool is_there(const char *file, const char *library)
{
	return access(expand(file, library), R_OK) == 0;
}

static struct java java_with(const char *library, int argc, char **argv)
{
	struct java java = {.main_class = "accept4trace/Main", .words = argv + 1};
	bool debug = asks_for("-d", argc, argv) || asks_for("--debug", argc, argv);

	if (debug && !is_there(ARCHIVE, library))
		fprintf(stderr, "hint: a start takes longer without an archive of classes; install it again "
				"with install.sh\n");
	/* Whoever starts a program may leave out even its name. */
	java.word_count = argc > 1 ? argc - 1 : 0;
	java.jvm = expand(JVM, library);
	java.options = calloc(COUNT(java_options) + 2, sizeof(char *));
	if (!java.options)
		fail("start", strerror(ENOMEM));
	for (size_t i = 0; i < COUNT(java_options); i++)
		java.options[java.option_count++] = expand(java_options[i], library);
	java.options[java.option_count++] = expand(CODESET_PROPERTY, codeset_of_locale());
	java.options[java.option_count++] = (char *)(debug ? debug_log : quiet_log);
	return java;
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

/* With room for one more number than `count`. */
static int *grow(int *fds, size_t count)
{
	/* At 64, 128, 256, ... of them. */
	if (count < 64 ? count : count & (count - 1))
		return fds;
	fds = realloc(fds, (count ? 2 * count : 64) * sizeof(*fds));
	if (!fds)
		fail("start", strerror(ENOMEM));
	return fds;
}

/* The numbers of all open fds, ascending, and how many there are; the caller frees them. */
static int *list_fds(size_t *count)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int *fds = grow(NULL, 0);

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		fds = grow(fds, *count);
		fds[(*count)++] = fd;
	}
	if (dir)
		closedir(dir);
	qsort(fds, *count, sizeof(*fds), by_number);
	return fds;
}

/* A start opens some 40 files. Where that fails midway libbpf says EINVAL, and others that a file is absent.
 */
#define ROOM_FOR_FILES 64

static void check_room_for_files(size_t open)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= open + ROOM_FOR_FILES)
		return;
	fail_with_hint("start", "the limit of open files leaves room for fewer than 64 more",
		       "raise it: ulimit -n 1024");
}

static void put_aside_fds(void)
{
	size_t count, len = 0;
	int *fds = list_fds(&count);
	char *text = calloc(count + 1, sizeof("2147483647"));

	check_room_for_files(count);
	if (!text)
		fail("start", strerror(ENOMEM));
	for (size_t i = 0; i < count; i++)
		len += sprintf(text + len, "%d,", fds[i]);
	setenv(A4T_FDS, text, 1);
	free(text);
	free(fds);
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

/* A file that cannot grow is a failed write to report (EFBIG), and no reason to die in silence. */
static void survive_file_limit(void)
{
	signal(SIGXFSZ, SIG_IGN);
}

static void unblock_own_signal(void)
{
	sigset_t own;

	sigemptyset(&own);
	sigaddset(&own, A4T_CONFINE_SIGNAL);
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

/* A library that cannot be loaded is reported by the Java program, when it needs it. */
static void prepare_trace(const char *library, int argc, char **argv)
{
	void *a4t = dlopen(expand(LIBRARY, library), RTLD_NOW);
	void (*prepare)(const struct a4t_config *) = a4t ? dlsym(a4t, "a4t_prepare") : NULL;
	struct a4t_config likely = likely_config(argc, argv);

	if (prepare)
		prepare(&likely);
}

/* The JVM has more to do by then: where processors are few its threads, which are others, come first. */
static void prepare_beside_java(const char *library, int argc, char **argv)
{
	int niceness = getpriority(PRIO_PROCESS, 0);

	setpriority(PRIO_PROCESS, 0, niceness + 5);
	prepare_trace(library, argc, argv);
	setpriority(PRIO_PROCESS, 0, niceness);
}

int main(int argc, char **argv)
{
	char library[PATH_MAX];
	struct java java;

	prctl(PR_SET_NAME, TOOL);
	check_address_space();
	find_library(library);
	put_aside_fds();
	occupy_standard_fds();
	put_aside_signals();
	restore_interrupt();
	survive_file_limit();
	unblock_own_signal();
	put_aside_jvm_variables();
	java = java_with(library, argc, argv);
	start_java(&java);
	if (is_plain_trace(argc, argv))
		prepare_beside_java(library, argc, argv);
	wait_for_java();
}
