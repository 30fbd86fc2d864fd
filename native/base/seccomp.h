/* SPDX-License-Identifier: MIT */
/* Builds seccomp filters: short programs that the kernel runs before each system call. Thread-safe. */
#ifndef BASE_SECCOMP_H
#define BASE_SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_STEPS 320

/* Must be initialized with {}. Steps beyond the maximum are not stored, and make install_filter() fail. */
struct filter {
	struct sock_filter steps[MAX_STEPS];
	unsigned short count;
};

/* `if_true` and `if_false`: how many of the following steps a jump skips. */
void add_step(struct filter *filter, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false);

/* Loads 32 bits at an offset in struct seccomp_data. */
void load_word(struct filter *filter, size_t offset);

/* Adds a step that ends the filter with the result `answer`, a SECCOMP_RET_ value. */
void add_answer(struct filter *filter, uint32_t answer);

/* Denies system calls of other ABIs with EPERM, and loads the number of the system call. */
void deny_other_abis(struct filter *filter);

/*
 * Installs the filter for the calling thread. The `flags` are SECCOMP_FILTER_FLAG_ values. Returns 0 or a
 * negative errno. -EINVAL: the kernel has no seccomp. -EBUSY: with SECCOMP_FILTER_FLAG_TSYNC, another thread
 * has a filter that this thread does not have.
 */
int install_filter(struct filter *filter, unsigned int flags);

#endif
