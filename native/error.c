/* SPDX-License-Identifier: MIT */
/* Failures as values: what was tried, errno, and libbpf's last word on it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "session.h"

static char last_message[sizeof(((struct a4t_error *)0)->detail)];
static bool tell_everything;

/* libbpf ends every failed load with these two, whatever the cause that it told before. */
static bool is_epilogue(const char *line)
{
	return strstr(line, "failed to load object") || strstr(line, "failed to load BPF skeleton");
}

static int on_libbpf_message(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[sizeof(last_message)];

	vsnprintf(line, sizeof(line), format, args);
	line[strcspn(line, "\n")] = '\0';
	if (level == LIBBPF_WARN && line[0] && !is_epilogue(line))
		memcpy(last_message, line, sizeof(line));
	if (tell_everything)
		fprintf(stderr, "accept4-trace: %s\n", line);
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
	fprintf(stderr, "accept4-trace: %s\n", line);
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
