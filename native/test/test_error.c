/* SPDX-License-Identifier: MIT */
/* Tests of struct a4t_error, of libbpf's messages, and of the notes that verbose mode prints. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>
#include "check.h"
#include "base/error.h"
#include "base/messages.h"
#include "load/extract.h"
#include "state.h"

static void accepts_errno_of_either_sign(void)
{
	struct a4t_error error;

	CHECK_EQ(-EPERM, fail(&error, EPERM, "try %d", 1));
	CHECK_EQ(EPERM, error.error);
	CHECK_TEXT("try 1", error.stage);
	CHECK_EQ(-ENOENT, fail(&error, -ENOENT, "try again"));
	CHECK_EQ(ENOENT, error.error);
}

static void truncates_a_long_stage(void)
{
	struct a4t_error error;
	char text[2 * sizeof(error.stage)];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	fail(&error, EINVAL, "%s", text);
	CHECK_EQ(sizeof(error.stage) - 1, strlen(error.stage));
}

static void keeps_the_last_message_of_libbpf(void)
{
	struct a4t_error error;

	capture_libbpf_messages();
	fail(&error, EINVAL, "nothing asked of libbpf yet");
	CHECK_TEXT("", error.detail);
	CHECK(!bpf_object__open_file("/nonexistent/object.o", NULL));
	fail(&error, ENOENT, "open");
	/* The end of the line depends on the version of libbpf. */
	CHECK(strstr(error.detail, "libbpf: elf: failed to open /nonexistent/object.o: ") == error.detail);
}

/* Passes a message to the library, as libbpf does. */
static void say(enum libbpf_print_level level, const char *format, ...)
{
	libbpf_print_fn_t listener = libbpf_set_print(NULL);
	va_list args;

	libbpf_set_print(listener);
	va_start(args, format);
	listener(level, format, args);
	va_end(args);
}

static void keeps_only_warnings_and_their_first_line(void)
{
	struct a4t_error error;

	capture_libbpf_messages();
	say(LIBBPF_WARN, "the %s\nand what follows\n", "cause");
	say(LIBBPF_INFO, "by the way\n");
	say(LIBBPF_DEBUG, "step 23\n");
	say(LIBBPF_WARN, "\n");
	fail(&error, EINVAL, "load");
	CHECK_TEXT("the cause", error.detail);
	capture_libbpf_messages();
	fail(&error, EINVAL, "load again");
	CHECK_TEXT("", error.detail);
}

static void keeps_the_cause_of_a_failed_load(void)
{
	struct a4t_error error;

	capture_libbpf_messages();
	say(LIBBPF_WARN, "libbpf: prog 'accept4_exit': failed to load: %d\n", -EACCES);
	say(LIBBPF_WARN, "libbpf: failed to load object '%s'\n", "accept4_trace");
	say(LIBBPF_WARN, "libbpf: failed to load BPF skeleton '%s': %d\n", "accept4_trace", -EACCES);
	fail(&error, EACCES, "load");
	CHECK_TEXT("libbpf: prog 'accept4_exit': failed to load: -13", error.detail);
}

static void truncates_a_long_warning(void)
{
	struct a4t_error error;
	char text[2 * sizeof(error.detail)];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	capture_libbpf_messages();
	say(LIBBPF_WARN, "%s\n", text);
	fail(&error, EINVAL, "load");
	CHECK_EQ(sizeof(error.detail) - 1, strlen(error.detail));
}

static void *fail_elsewhere(void *unused)
{
	capture_libbpf_messages();
	say(LIBBPF_WARN, "the cause of another failure\n");
	return unused;
}

/* Simulates that a4t_prepare() fails in another thread while this thread opens a session. */
static void messages_of_another_thread_are_ignored(void)
{
	struct a4t_error error;
	pthread_t thread;

	capture_libbpf_messages();
	say(LIBBPF_WARN, "the cause\n");
	CHECK_EQ(0, pthread_create(&thread, NULL, fail_elsewhere, NULL));
	pthread_join(thread, NULL);
	fail(&error, EINVAL, "load");
	CHECK_TEXT("the cause", error.detail);
}

/* Captures what libbpf's messages and a note print to stderr. */
static void printed(bool verbose, char *text, size_t size)
{
	int ends[2], usual = dup(STDERR_FILENO);
	ssize_t len;

	CHECK_EQ(0, pipe(ends));
	dup2(ends[1], STDERR_FILENO);
	be_verbose(verbose);
	capture_libbpf_messages();
	say(LIBBPF_DEBUG, "step %d\n", 23);
	say(LIBBPF_WARN, "log of %s:\n0: R1=ctx()\n\n1: \033[2J\377\tend", "x");
	note("hooks: %s", "tracepoint");
	dup2(usual, STDERR_FILENO);
	close(usual);
	close(ends[1]);
	len = read(ends[0], text, size - 1);
	text[len > 0 ? len : 0] = '\0';
	close(ends[0]);
}

static void prints_every_line_but_only_when_verbose(void)
{
	char text[256];

	printed(false, text, sizeof(text));
	CHECK_TEXT("", text);
	printed(true, text, sizeof(text));
	CHECK_TEXT("accept4-trace: step 23\n"
		   "accept4-trace: log of x:\n"
		   "accept4-trace: 0: R1=ctx()\n"
		   "accept4-trace: \n"
		   "accept4-trace: 1: \\033[2J\\377\tend\n"
		   "accept4-trace: hooks: tracepoint\n",
		   text);
}

/* a4t_open() turns verbose mode on before it reads the kernel's types, which must not turn it off again. */
static void stays_verbose_after_the_kernels_types_are_read(void)
{
	int ends[2], usual = dup(STDERR_FILENO);
	char text[64] = "";

	CHECK_EQ(0, pipe(ends));
	be_verbose(true);
	kernel_types();
	dup2(ends[1], STDERR_FILENO);
	note("hooks");
	dup2(usual, STDERR_FILENO);
	close(usual);
	close(ends[1]);
	CHECK(read(ends[0], text, sizeof(text) - 1) > 0);
	CHECK_TEXT("accept4-trace: hooks\n", text);
	close(ends[0]);
	be_verbose(false);
}

int main(void)
{
	static const struct test tests[] = {
		{"accepts errno of either sign", accepts_errno_of_either_sign},
		{"truncates a long stage", truncates_a_long_stage},
		{"keeps the last message of libbpf", keeps_the_last_message_of_libbpf},
		{"keeps only warnings and their first line", keeps_only_warnings_and_their_first_line},
		{"keeps the cause of a failed load", keeps_the_cause_of_a_failed_load},
		{"truncates a long warning", truncates_a_long_warning},
		{"messages of another thread are ignored", messages_of_another_thread_are_ignored},
		{"stays verbose after the kernel's types are read",
		 stays_verbose_after_the_kernels_types_are_read},
		{"prints every line, escaped, but only when verbose",
		 prints_every_line_but_only_when_verbose},
	};

	return RUN(tests);
}
