/* SPDX-License-Identifier: MIT */
/* Failures as values: what was tried, errno, and libbpf's last word on it. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "session.h"

/* libbpf reports to the thread that calls it: a preparation may fail while a session opens. */
static _Thread_local char last_message[sizeof(((struct a4t_error *)0)->detail)];
static atomic_bool verbose;

/* libbpf ends every failed load with these two, whatever the cause that it told before. */
static bool is_epilogue(const char *line)
{
	return strstr(line, "failed to load object") || strstr(line, "failed to load BPF skeleton");
}

struct printed {
	char bytes[4096];
	size_t len;
};

/* By a4t_write(): a reader of stderr that is stuck must not keep us from ending. */
static void flush(struct printed *printed)
{
	size_t at = 0;
	int count;

	while (at < printed->len &&
	       (count = a4t_write(STDERR_FILENO, printed->bytes + at, printed->len - at)) > 0)
		at += count;
	printed->len = 0;
}

/* At most as long as one escaped byte, or the beginning of a line. */
static void print(struct printed *printed, const char *text)
{
	size_t len = strlen(text);

	if (printed->len + len > sizeof(printed->bytes))
		flush(printed);
	memcpy(printed->bytes + printed->len, text, len);
	printed->len += len;
}

/* Names in it can be the traced side's: no control byte reaches the terminal. */
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

/* The verifier's log is one message of thousands of lines. */
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
	char line[sizeof(last_message)];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	if (line[0] && !is_epilogue(line))
		memcpy(last_message, line, sizeof(line));
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

void capture_libbpf_messages(void)
{
	last_message[0] = '\0';
	libbpf_set_print(on_libbpf_message);
}

/* Only under -d: how a choice was made. */
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

/* Describes a failure; returns -err, so that callers can `return fail(...)`. */
int fail(struct a4t_error *error, int err, const char *format, ...)
{
	va_list args;

	if (err < 0)
		err = -err;
	error->error = err;
	va_start(args, format);
	vsnprintf(error->stage, sizeof(error->stage), format, args);
	va_end(args);
	memcpy(error->detail, last_message, sizeof(error->detail));
	return -err;
}
