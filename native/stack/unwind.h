/* SPDX-License-Identifier: MIT */
/*
 * Unwinds the user stacks that records carry, with libdw. Without it, a stack has a single frame. Not
 * thread-safe.
 */
#ifndef UNWIND_H
#define UNWIND_H

#include "a4t_helpers.h"
#include "proc/program.h"
#include "stack/mapped.h"

struct stacks; /* cached state of processes; owned by the caller of open_stacks() */

/* Returns NULL if there is no memory. `supplier` must live as long as the result. */
struct stacks *open_stacks(const struct supplier *supplier);

/* `stacks` may be NULL. */
void close_stacks(struct stacks *stacks);

/*
 * See a4t_stacks_unwind(). `program`: what the process runs; NULL if it has ended. The strings of the frames
 * are valid until the next call.
 */
uint32_t unwind(struct stacks *stacks, int32_t tgid, const struct program *program,
		const struct a4t_user_stack *stack, struct a4t_frame *frames, uint32_t most, uint32_t *cut);

#endif
