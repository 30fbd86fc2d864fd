/* SPDX-License-Identifier: MIT */
/*
 * The accept4-trace command: prepares the process, and runs the Java program in it with the installation's
 * own runtime. While the JVM starts, the native library loads the BPF programs in advance.
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
#include "launcher/guess.h"
#include "launcher/launcher.h"
#include "launcher/saved.h"

#define TOOL		  "accept4-trace"
#define ARCHIVE		  "%s/runtime/lib/server/classes.jsa"
#define JVM		  "%s/runtime/lib/server/libjvm.so"
#define RUNTIME_LIBRARIES "%s/runtime/lib"
#define MIN_ADDRESS_SPACE (256UL * 1024 * 1024)
#define LIBRARY		  "%s/native/liba4t.so"

/* Read by UserLocale in Java, because interposed.c gives Java another character set. */
#define CODESET_PROPERTY "-Daccept4trace.codeset=%s"

/* %s is the library folder. The archive of classes (CDS) depends on some options: see make-runtime.sh. */
static const char *const java_options[] = {
	"-XX:+UseSerialGC",
	"-XX:TieredStopAtLevel=1",
	"-XX:-UsePerfData",
	/*
	 * This process usually runs as root, so it must not create an attach socket in /tmp, or error
	 * reports, core dumps or replay files in the working directory.
	 */
	"-XX:+DisableAttachMechanism",
	"-XX:+ErrorFileToStderr",
	"-XX:-CreateCoredumpOnCrash",
	"-XX:-DumpReplayDataOnError",
	"-XX:-PrintWarnings",
	/*
	 * All tables of the Java program have a limit in bytes and fit into this heap together. The process
	 * stays below 64 MiB resident. The young generation is small, because most objects only live as long
	 * as one line.
	 */
	"-Xmx28m",
	/* For --history. Other memory outside the heap is small. */
	"-XX:MaxDirectMemorySize=1100m",
	"-Xms8m",
	"-Xmn2m",
	/* Compiles later, because the start calls many methods, but only few of them often. */
	"-XX:CompileThresholdScaling=4",
	/* For the tool's methods, 4 * 0.2. Until they are compiled, a storm can overflow the ring. */
	"-XX:CompileCommand=quiet",
	"-XX:CompileCommand=CompileThresholdScaling,accept4trace.*::*,0.2",
	/* With the default table sizes, the JVM would zero 768 KiB. The tables grow when needed. */
	"-XX:StringTableSize=1024",
	"-XX:+UnlockExperimentalVMOptions",
	"-XX:SymbolTableSize=4096",
	/* Saves reading some twenty files of the cgroup. The sizes above do not depend on its limits. */
	"-XX:-UseContainerSupport",
	/* Maps the CDS archive at its intended address, which saves relocating it; see populate.c. */
	"-XX:+UnlockDiagnosticVMOptions",
	"-XX:ArchiveRelocationMode=0",
	/* A traced command must not inherit a raised limit of open files. */
	"-XX:-MaxFDLimit",
	/* The JVM must not handle INT, TERM, HUP and QUIT: liba4t handles them or keeps their default. */
	"-Xrs",
	"-Djdk.module.main=accept4trace",
	"--enable-native-access=accept4trace",
	"-Djna.boot.library.path=%s/native",
	"-Djna.library.path=%s/native",
	/* Without this, JNA runs ldconfig at every start. */
	"-Djna.platform.library.path=%s/native",
	"-Djna.nounpack=true",
	"-Dlibrary.jline.path=%s/native",
	"-Djna.nosys=true",
	"-Djava.util.logging.config.file=/dev/null",
	/* Saves picocli a search for converters to types that no option has. */
	"-Dpicocli.converters.excludes=java.*",
	/* The default reserves 1 GiB of address space. All classes together need less than 32 MiB. */
	"-XX:CompressedClassSpaceSize=32m",
	/* Messages of the JVM must not mix with the trace on stdout. */
	"-XX:+DisplayVMOutputToStderr",
	"-Xlog:disable",
};

/* A missing or unusable CDS archive only slows down the start, so it is reported only with --debug. */
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

/* Whether Java (which splits lists at colons) and JNA (which encodes names as UTF-8) can handle the name. */
static bool is_plain(const char *folder)
{
	while (*folder && *folder != ':' && !(*folder & 0x80))
		folder++;
	return !*folder;
}

static void use_plain_name(char library[PATH_MAX])
{
	int fd = open(library, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		fail("find its installation", strerror(errno));
	snprintf(library, PATH_MAX, "/proc/self/fd/%d", fd);
	keep_links_below(library);
}

static void fail_without_proc(int err)
{
	fprintf(stderr,
		TOOL ": cannot read /proc/self/exe: %s\n"
		     "hint: mount this PID namespace's own /proc: mount -t proc proc /proc\n",
		strerror(err));
	_exit(1);
}

/* Finds PREFIX/lib/accept4-trace for PREFIX/bin/accept4-trace, through any symbolic links. */
static void find_library(char library[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		fail_without_proc(errno);
	self[len] = '\0';
	if (snprintf(library, PATH_MAX, "%s/lib/" TOOL, dirname(dirname(self))) >= PATH_MAX)
		fail("find its installation", strerror(ENAMETOOLONG));
	require_trusted(library);
	if (!is_plain(library))
		use_plain_name(library);
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

/* With less address space, a JVM can crash before it notices the limit. */
static void check_address_space(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur < MIN_ADDRESS_SPACE)
		fail_with_hint("start its runtime", "the limit on address space is below 256 MiB",
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
		fprintf(stderr,
			"hint: without the archive of classes, starting takes longer; install it again "
			"with install.sh\n");
	/* argc is 0 if the caller of execve() gave no arguments. */
	java.word_count = argc > 1 ? argc - 1 : 0;
	java.jvm = expand(JVM, library);
	java.libraries = expand(RUNTIME_LIBRARIES, library);
	java.options = calloc(COUNT(java_options) + 2, sizeof(char *));
	if (!java.options)
		fail("start", strerror(ENOMEM));
	for (size_t i = 0; i < COUNT(java_options); i++)
		java.options[java.option_count++] = expand(java_options[i], library);
	java.options[java.option_count++] = expand(CODESET_PROPERTY, codeset_of_locale());
	java.options[java.option_count++] = (char *)(debug ? debug_log : quiet_log);
	return java;
}

static void save_signals(void)
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

/* Makes room for one more number than `count`. */
static int *grow(int *fds, size_t count)
{
	/* Reallocates at 0, 64, 128, 256, ... numbers. */
	if (count < 64 ? count : count & (count - 1))
		return fds;
	fds = realloc(fds, (count ? 2 * count : 64) * sizeof(*fds));
	if (!fds)
		fail("start", strerror(ENOMEM));
	return fds;
}

/* Returns all open fds in ascending order, and their number in `count`. The caller frees the array. */
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

/*
 * A start opens about 40 files. If the limit is reached midway, the errors are misleading: libbpf reports
 * EINVAL, and other code reports that a file is missing.
 */
#define ROOM_FOR_FILES 64

static void check_room_for_files(size_t open)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= open + ROOM_FOR_FILES)
		return;
	fail_with_hint("start", "the limit on open files allows fewer than 64 more",
		       "raise it: ulimit -n 1024");
}

static void save_fds(void)
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

/*
 * Replaces closed descriptors among 0, 1 and 2. Otherwise, the next file to be opened would get such a
 * number. Reading from the replacement for 0 fails, and so does writing to the replacements for 1 and 2.
 */
static void occupy_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* A shell without job control makes background commands ignore SIGINT. kill -INT must still end the trace. */
static void restore_interrupt(void)
{
	signal(SIGINT, SIG_DFL);
}

/*
 * At the file size limit, SIGXFSZ would end the process silently. If it is ignored, write() fails with EFBIG,
 * which is reported.
 */
static void fail_at_file_size_limit(void)
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

/*
 * Renames an environment variable, so that the JVM ignores it. process/inheritance.c restores it for
 * commands. If it is missing, unsets the one with the new name: sudo(8) removes only the original variable,
 * so its caller may have set the new name.
 */
static void save_variable(const char *variable)
{
	const char *value = getenv(variable);
	char name[64];

	snprintf(name, sizeof(name), A4T_ASIDE "%s", variable);
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
	unsetenv(variable);
}

static void save_jvm_variables(void)
{
	for (size_t i = 0; i < JVM_VARIABLES; i++)
		save_variable(jvm_variables[i]);
}

/* Ignores a failure to load the library. The Java program reports the failure when it needs the library. */
static void prepare_trace(const char *library, int argc, char **argv)
{
	void *a4t = dlopen(expand(LIBRARY, library), RTLD_NOW);
	void (*prepare)(const struct a4t_config *) = a4t ? dlsym(a4t, "a4t_prepare") : NULL;
	struct a4t_config likely = likely_config(argc, argv);

	if (prepare)
		prepare(&likely);
}

/*
 * If there are few CPUs, the JVM's threads take precedence, because they have more to do. On Linux, niceness
 * belongs to a thread, not to the process.
 */
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
	save_fds();
	occupy_standard_fds();
	save_signals();
	restore_interrupt();
	fail_at_file_size_limit();
	unblock_own_signal();
	save_jvm_variables();
	java = java_with(library, argc, argv);
	start_java(&java);
	if (is_plain_trace(argc, argv))
		prepare_beside_java(library, argc, argv);
	wait_for_java();
}
