/* SPDX-License-Identifier: MIT */
/* Failures as values: what was tried, errno, and libbpf's last word on it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "session.h"

static char last_message[sizeof(((struct a4t_error *)0)->detail)];
static bool tell_everything;

/* libbpf ends every failed load with these two, whatever the cause that it told before. */
static bool is_epilogue(const char *line)
{
	return strstr(line, "failed to load object") || strstr(line, "failed to load BPF skeleton");
}

/* Names in it can be the traced side's: no control byte reaches the terminal. */
static void print_line(const char *line, size_t len)
{
	fputs("accept4-trace: ", stderr);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = line[i];

		fprintf(stderr, c == '\t' || (c >= ' ' && c <= '~') ? "%c" : "\\%03o", c);
	}
	fputc('\n', stderr);
}

/* The verifier's log is one message of thousands of lines. */
static void print_lines(const char *text)
{
	flockfile(stderr);
	while (*text) {
		size_t len = strcspn(text, "\n");

		print_line(text, len);
		text += len + (text[len] == '\n');
	}
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

	if (level != LIBBPF_WARN && !tell_everything)
		return 0;
	if (vasprintf(&text, format, args) < 0)
		return 0;
	if (level == LIBBPF_WARN)
		keep_first_line(text);
	if (tell_everything)
		print_lines(text);
	free(text);
	return 0;
}

void capture_libbpf_messages(bool verbose)
{
	tell_everything = verbose;
	last_message[0] = '\0';
	libbpf_set_print(on_libbpf_message);
}

/* Only under -d: how a choice was made. */
void note(const char *format, ...)
{
	va_list args;
	char line[256];

	if (!tell_everything)
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
