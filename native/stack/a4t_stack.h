/* SPDX-License-Identifier: MIT */
/*
 * liba4t-stack: unwinds the user stacks that records carry. A separate library, so that only runs with stacks
 * need and load elfutils.
 *
 * Not thread-safe: one thread must make all calls, except a4t_stack_address(). It can have to wait for files
 * of the processes, so it must not be the thread that reads the ring.
 */
#ifndef A4T_STACK_H
#define A4T_STACK_H

#include <stdint.h>
#include "accept_event.h"

#define A4T_API __attribute__((visibility("default")))

struct a4t_stacks; /* cached state of processes; owned by the caller of a4t_stacks_open() */

/* One frame of a stack. The strings are valid until the next call with the same struct a4t_stacks. */
struct a4t_frame {
	uint64_t address;     /* in the process: of the next instruction */
	uint64_t file_offset; /* of the address in the file; equal to `address` if there is no file */
	uint64_t offset;      /* of the address from the start of the function; 0 if that is unknown */
	const char *function; /* NULL = unknown */
	const char *path;     /* file name as the process sees it; NULL = memory without a file */
	const char *unread;   /* why the file is not read, e.g. "fuse", its file system; NULL if it is */
};

/* Hash of the layout table, as in a4t.h. */
A4T_API uint64_t a4t_layout_hash(void);

/* Returns NULL if there is no memory. */
A4T_API struct a4t_stacks *a4t_stacks_open(void);

/* `stacks` may be NULL. */
A4T_API void a4t_stacks_close(struct a4t_stacks *stacks);

/* The innermost address of a stack. Any thread. */
A4T_API uint64_t a4t_stack_address(const struct a4t_user_stack *stack);

/*
 * Fills in `frames` with the stack of process `tgid`, innermost frame first, and returns their number, at
 * most `most`. Uses the unwind information of files, or frame pointers for files without it. Sets `cut` to 1
 * if frames are missing, else to 0. If the process has ended and is not cached, the only frame is the
 * innermost address, without function and path.
 */
A4T_API int a4t_stacks_unwind(struct a4t_stacks *stacks, int32_t tgid, const struct a4t_user_stack *stack,
			      struct a4t_frame *frames, uint32_t most, uint32_t *cut);

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_FIELDS_a4t_frame(field, s) \
	field(s, address) field(s, file_offset) field(s, offset) field(s, function) field(s, path) \
	field(s, unread)
/* clang-format on */

A4T_ALL_FIELDS(a4t_frame);

#endif
