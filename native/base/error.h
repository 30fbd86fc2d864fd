/* SPDX-License-Identifier: MIT */
/* Failures as values. Thread-safe. The caller owns the struct a4t_error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "a4t.h"

/*
 * Describes a failure: an errno of either sign, what was tried, and the calling thread's last libbpf warning.
 * Returns the negative errno, so that callers can `return fail(...)`.
 */
#define fail(error, err, ...) fail_as(A4T_FAILURE_OTHER, error, err, __VA_ARGS__)

/* Like fail(), but for failures for which the user gets specific advice. */
int fail_as(enum a4t_failure failure, struct a4t_error *error, int err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
