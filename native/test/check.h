/* SPDX-License-Identifier: MIT */
/* Runs a table of named tests. Prints one line per test, and a summary at the end. */
#ifndef CHECK_H
#define CHECK_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEST_LIMIT_S 60

struct test {
	const char *name;
	void (*run)(void);
};

static int failures;
static const char *skip_reason;

#define CHECK(condition)                                                                     \
	do {                                                                                 \
		if (!(condition)) {                                                          \
			printf("%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
			failures++;                                                          \
		}                                                                            \
	} while (0)

#define CHECK_EQ(expected, actual)                                                                       \
	do {                                                                                             \
		long long e = (expected), a = (actual);                                                  \
		if (e != a) {                                                                            \
			printf("%s:%d: %s is %lld, expected %lld\n", __FILE__, __LINE__, #actual, a, e); \
			failures++;                                                                      \
		}                                                                                        \
	} while (0)

#define CHECK_TEXT(expected, actual)                                                                  \
	do {                                                                                          \
		if (strcmp(expected, actual)) {                                                       \
			printf("%s:%d: %s is \"%s\", expected \"%s\"\n", __FILE__, __LINE__, #actual, \
			       actual, expected);                                                     \
			failures++;                                                                   \
		}                                                                                     \
	} while (0)

/* A skipped test counts as failed if A4T_REQUIRE_LIVE=1. */
static inline void skip(const char *reason)
{
	const char *required = getenv("A4T_REQUIRE_LIVE");

	skip_reason = reason;
	if (required && !strcmp(required, "1"))
		failures++;
}

/* For a test that this kernel cannot run, whatever the privileges. Never counts as failed. */
static inline void skip_on_this_kernel(const char *reason)
{
	skip_reason = reason;
}

static inline int root_or_skip(void)
{
	if (geteuid() == 0)
		return 1;
	skip("needs root");
	return 0;
}

static inline int open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static inline int run_tests(const struct test *tests, size_t count)
{
	int passed = 0, failed = 0, skipped = 0;

	/*
	 * Flush each line. Otherwise, a forked child would print it again, or a sanitizer that ends the
	 * program would lose it.
	 */
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The tool treats a user who has called sudo differently. */
	unsetenv("SUDO_USER");
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	for (size_t i = 0; i < count; i++) {
		int before = failures;

		skip_reason = NULL;
		/* SIGALRM ends the whole program if a test hangs. */
		alarm(TEST_LIMIT_S);
		tests[i].run();
		if (failures > before)
			failed++;
		else if (skip_reason)
			skipped++;
		else
			passed++;
		printf("%s: %s%s%s\n",
		       failures > before ? "FAILED"
		       : skip_reason	 ? "skipped"
					 : "ok",
		       tests[i].name, skip_reason ? ": " : "", skip_reason ? skip_reason : "");
	}
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define RUN(tests) run_tests(tests, sizeof(tests) / sizeof((tests)[0]))

#endif
