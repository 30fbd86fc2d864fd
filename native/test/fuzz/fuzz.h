/* SPDX-License-Identifier: MIT */
/* Shared by the fuzzers: input and checks. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t len;
};

/* On failure, aborts; the fuzzer then saves the input. */
#define REQUIRE(condition)                                                                            \
	do {                                                                                          \
		if (!(condition)) {                                                                   \
			fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                      \
		}                                                                                     \
	} while (0)

static inline void skip_bytes(struct bytes *from, size_t len)
{
	if (len > from->len)
		len = from->len;
	from->at += len;
	from->len -= len;
}

/* Takes `len` bytes; false if there are fewer. */
static inline bool take_bytes(struct bytes *from, void *to, size_t len)
{
	if (len > from->len)
		return false;
	memcpy(to, from->at, len);
	skip_bytes(from, len);
	return true;
}

/*
 * Prints why an input cannot be tried here. The caller must return the result: libFuzzer then drops the
 * input, and replay.c counts it as skipped.
 */
static inline int fuzz_skip(const char *reason)
{
	static bool reported;

	if (!reported)
		printf("skipped: %s\n", reason);
	reported = true;
	return -1;
}

/* Called by libFuzzer with each input, and by replay.c with each file of a corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
