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
	char **words;		/* arguments of main(), in the encoding of the locale */
	size_t word_count;
};

/* launcher.c: one line and a hint on stderr, and the end of the process with status 1. */
void fail(const char *what, const char *why) __attribute__((noreturn));

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
