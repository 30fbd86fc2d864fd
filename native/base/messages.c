/* SPDX-License-Identifier: MIT */
#include "base/messages.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "a4t.h"

static _Thread_local char last_warning[sizeof(((struct a4t_error *)0)->detail)];
static atomic_bool verbose;

/*
 * If a load fails, libbpf prints both of these warnings after the one that contains the cause, so they must
 * not replace that one.
 */
static bool is_epilogue(const char *line)
{
	return strstr(line, "failed to load object") || strstr(line, "failed to load BPF skeleton");
}

/* Output that is not yet written to stderr. */
struct printed {
	char bytes[4096];
	size_t len;
};

/* Uses a4t_write(), so that a signal ends the process even if nobody reads stderr: process/end.c. */
static void flush(struct printed *printed)
{
	size_t at = 0;
	int count;

	while (at < printed->len &&
	       (count = a4t_write(STDERR_FILENO, printed->bytes + at, printed->len - at)) > 0)
		at += count;
	printed->len = 0;
}

/* `text` must fit into an empty buffer. */
static void print(struct printed *printed, const char *text)
{
	size_t len = strlen(text);

	if (printed->len + len > sizeof(printed->bytes))
		flush(printed);
	memcpy(printed->bytes + printed->len, text, len);
	printed->len += len;
}

/* Escapes control bytes: a traced process may have chosen a name in the line. */
static void print_line(struct printed *printed, const char *line, size_t len)
{
	char text[8];

	print(printed, "accept4-trace: ");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = line[i];

		snprintf(text, sizeof(text), c == '\t' || (c >= ' ' && c <= '~') ? "%c" : "\\%03o", c);
		print(printed, text);
	}
	print(printed, "\n");
}

/* Writes many lines at once, because the verifier's log is one message of thousands of lines. */
static void print_lines(const char *text)
{
	struct printed printed = {.len = 0};

	flockfile(stderr);
	while (*text) {
		size_t len = strcspn(text, "\n");

		print_line(&printed, text, len);
		text += len + (text[len] == '\n');
	}
	flush(&printed);
	funlockfile(stderr);
}

static void keep_first_line(const char *text)
{
	char line[sizeof(last_warning)];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	if (line[0] && !is_epilogue(line))
		memcpy(last_warning, line, sizeof(line));
}

static int on_libbpf_message(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;

	if (level != LIBBPF_WARN && !verbose)
		return 0;
	if (vasprintf(&text, format, args) < 0)
		return 0;
	if (level == LIBBPF_WARN)
		keep_first_line(text);
	if (verbose)
		print_lines(text);
	free(text);
	return 0;
}

void be_verbose(bool on)
{
	verbose = on;
}

const char *last_libbpf_warning(void)
{
	return last_warning;
}

void capture_libbpf_messages(void)
{
	last_warning[0] = '\0';
	libbpf_set_print(on_libbpf_message);
}

void note(const char *format, ...)
{
	va_list args;
	char line[256];

	if (!verbose)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	print_lines(line);
}
