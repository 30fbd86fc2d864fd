/* SPDX-License-Identifier: MIT */
/*
 * liba4t-stack: user stacks from what a record carries of them. A library of
 * its own, so that only a run which wants stacks needs and maps elfutils.
 *
 * One thread uses a set of stacks.
 */
#ifndef A4T_STACK_H
#define A4T_STACK_H

#include <stdint.h>
#include "accept_event.h"

#define A4T_API __attribute__((visibility("default")))

struct a4t_stacks; /* what is known of processes: owned by the caller of a4t_stacks_open() */

/* Where one function was in calling the next. Texts are valid until the next call with the same set. */
struct a4t_frame {
	uint64_t address;     /* in the process */
	uint64_t file_offset; /* in the file; address where there is no file */
	uint64_t offset;      /* from the function's start */
	const char *function; /* NULL = unknown */
	const char *path;     /* of the file, as the process sees it; NULL = memory without a file */
};

/* Hash of the layout table, as in a4t.h. */
A4T_API uint64_t a4t_layout_hash(void);

/* NULL when there is no memory. */
A4T_API struct a4t_stacks *a4t_stacks_open(void);

/* NULL is allowed. */
A4T_API void a4t_stacks_close(struct a4t_stacks *stacks);

/*
 * The frames of a stack of process `tgid`, innermost first: by unwind
 * information where the file has it, else by frame pointers. Returns how many
 * there are, at most `most`; `cut` is set to 1 when there should be more, else
 * to 0. Of a process that has ended only the address of the first is known.
 */
A4T_API int a4t_stacks_unwind(struct a4t_stacks *stacks, int32_t tgid, const struct a4t_user_stack *stack,
			      struct a4t_frame *frames, uint32_t most, uint32_t *cut);

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_FIELDS_a4t_frame(field, s) \
	field(s, address) field(s, file_offset) field(s, offset) field(s, function) field(s, path)
/* clang-format on */

A4T_ALL_FIELDS(a4t_frame);

#endif
