/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include "base/messages.h"

int fail_as(enum a4t_failure failure, struct a4t_error *error, int err, const char *format, ...)
{
	va_list args;

	if (err < 0)
		err = -err;
	error->error = err;
	error->failure = failure;
	va_start(args, format);
	vsnprintf(error->stage, sizeof(error->stage), format, args);
	va_end(args);
	snprintf(error->detail, sizeof(error->detail), "%s", last_libbpf_warning());
	return -err;
}
