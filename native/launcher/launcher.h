/* SPDX-License-Identifier: MIT */
/* Declarations shared by the files of the launcher. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct java {
	const char *jvm;       /* path of libjvm.so */
	const char *libraries; /* folder of the libraries of the runtime */
	char **options;	       /* of the JVM */
	size_t option_count;
	const char *main_class; /* class whose main() is called, e.g. "accept4trace/Main" */
	char **words;		/* arguments of main(); each byte becomes one character */
	size_t word_count;
};

/* launcher.c: prints an error and a hint to stderr, and ends the process with status 1. */
void fail(const char *what, const char *why) __attribute__((noreturn));
void fail_with_hint(const char *what, const char *why, const char *hint) __attribute__((noreturn));

/*
 * trust.c: does nothing unless this process has got capabilities from its executable file. In that case, ends
 * the process if anybody but root can change the folder `library`, and otherwise resolves links in the path.
 */
void require_trusted(char library[PATH_MAX]);

/* interposed.c: the character set of the user's locale, e.g. "UTF-8". Returns static storage. */
const char *codeset_of_locale(void);

/* interposed.c: prevents the JVM from resolving links in paths below `folder`, which must remain valid. */
void keep_links_below(const char *folder);

/* What to do if the JVM or a thread cannot be started. */
#define LIMITS_HINT                                                                                        \
	"raise a limit: ulimit -v (address space), ulimit -d (data), ulimit -u, pids.max (processes), or " \
	"memory"

/*
 * output.c: capture_output() redirects stdout and stderr to memory. release_output() restores them and copies
 * the captured output to stderr. report_failed_start() restores them, reports one line of the captured output
 * as an error and ends the process, but does nothing if nothing is captured. exit() and _exit() call
 * report_failed_start().
 */
void capture_output(void);
void release_output(void);
void report_failed_start(void);

/*
 * java.c: runs main() in a new thread, because the JVM cannot guard the stack of a process's initial thread.
 * `java` must remain valid. The Java program ends the process.
 */
void start_java(const struct java *java);

/* populate.c: sets whether mmap() populates writable private mappings of files from now on. */
void populate_mappings(bool on);

/* java.c: waits until the Java program ends the process. */
void wait_for_java(void) __attribute__((noreturn));

#endif
