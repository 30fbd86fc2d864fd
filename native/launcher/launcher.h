/* SPDX-License-Identifier: MIT */
/* What the parts of the launcher share. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

struct java {
	const char *jvm; /* path of libjvm.so */
	char **options;	 /* of the virtual machine */
	size_t option_count;
	const char *main_class; /* with slashes; its main() is called */
	char **words;		/* arguments of main(), where each byte becomes a character */
	size_t word_count;
};

/* launcher.c: one line and a hint on stderr, and the end of the process with status 1. */
void fail(const char *what, const char *why) __attribute__((noreturn));
void fail_with_hint(const char *what, const char *why, const char *hint) __attribute__((noreturn));

/* interposed.c: the character set of the user's locale, as "UTF-8"; static storage. */
const char *codeset_of_locale(void);

/* interposed.c: keeps the JVM from resolving links in paths that begin with `folder`, which must stay. */
void take_path_as_it_is(const char *folder);

/*
 * output.c: captures what is printed on stdout and stderr. Then either release_output() gives both back and
 * copies what was captured to stderr, or report_failed_start(), exit() or _exit() reports it and ends the
 * process.
 */
void capture_output(void);
void release_output(void);
void report_failed_start(void);

/*
 * java.c: begins to run main() in a thread of its own, as the virtual machine cannot guard the
 * stack of a process's first thread. `java` must stay. The Java program ends the process.
 */
void start_java(const struct java *java);

/* populate.c: whether private copies of files are made as they are mapped, not page by page. */
void populate_mappings(bool on);

/* Waits for that end. */
void wait_for_java(void) __attribute__((noreturn));

#endif
