/* SPDX-License-Identifier: MIT */
/*
 * The part of liba4t that starts helpers: processes without privileges, which parse hostile input. Needs no
 * session. Errors are as in a4t.h.
 */
#ifndef A4T_HELPERS_H
#define A4T_HELPERS_H

#include "a4t.h"

/* A host name with its NUL. */
#define A4T_HOST_NAME_BYTES 256

/*
 * The unwinder of user stacks: a helper that parses the files of traced processes. Unless noted otherwise,
 * only one thread at a time may call these functions. It must not be the thread that reads the ring, because
 * opening files can block.
 */
struct a4t_stacks; /* lives as long as this process */

/* One frame of a stack. The strings are valid until the next call with the same struct a4t_stacks. */
struct a4t_frame {
	uint64_t address;     /* of the next instruction, in the process */
	uint64_t file_offset; /* of the address in the file; equal to `address` if there is no file */
	uint64_t offset;      /* of the address from the start of the function; 0 if that is unknown */
	const char *function; /* NULL = unknown */
	const char *path;     /* file name as the process sees it; NULL = memory without a file */
	const char *unread;   /* why the file is not read, e.g. its file system "fuse"; NULL if it is read */
};

/* Starts the helper. Must precede a4t_confine(). Not thread-safe. Returns NULL on failure. */
A4T_API struct a4t_stacks *a4t_stacks_open(struct a4t_error *error);

/* Ends the helper within about a second. Thread-safe. Makes an a4t_stacks_unwind() in another thread fail. */
A4T_API void a4t_stacks_end(struct a4t_stacks *stacks);

/* Returns the innermost address of a stack. Thread-safe. */
A4T_API uint64_t a4t_stack_address(const struct a4t_user_stack *stack);

/*
 * Fills in `frames` with the stack of process `tgid`, innermost frame first, and returns their number, at
 * most `most` and 64. Uses the unwind information of files, or frame pointers for files without it. Sets
 * `cut` to 1 if frames are missing, else to 0. If the process has ended, and the helper has not cached its
 * mapped files, the only frame is the innermost address, without function and path. Takes at most about a
 * minute and a half, or longer if opening a file blocks. -ECANCELED: the process that unwinds died of this
 * stack, but other stacks can still be unwound. -EPIPE: the helper has ended or did not answer in time, so no
 * stack can be unwound any more.
 */
A4T_API int a4t_stacks_unwind(struct a4t_stacks *stacks, int32_t tgid, const struct a4t_user_stack *stack,
			      struct a4t_frame *frames, uint32_t most, uint32_t *cut);

/*
 * The resolver of host names: a helper that parses the answers of name servers. Only one thread at a time may
 * look up names.
 */
struct a4t_names; /* lives as long as this process */

/* Starts the helper. Must precede a4t_confine(). Not thread-safe. Returns NULL on failure. */
A4T_API struct a4t_names *a4t_names_open(struct a4t_error *error);

/* Ends the helper within about a second. Thread-safe, even while another thread looks up a name. */
A4T_API void a4t_names_end(struct a4t_names *names);

/*
 * Looks up the host name of an IP address of `len` bytes, 4 or 16, with the system's resolver. The name is
 * only valid if it resolves to the address again. Returns the length of the name, 0 if there is none, -EPIPE
 * in the same cases as a4t_stacks_unwind(), or another negative errno. Takes at most about a minute and a
 * half.
 */
A4T_API int a4t_names_find(struct a4t_names *names, const void *address, uint32_t len,
			   char name[A4T_HOST_NAME_BYTES]);

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_NUMBERS_helpers(number) \
	number(HOST_NAME_BYTES, A4T_HOST_NAME_BYTES)

#define A4T_FIELDS_a4t_frame(field, s) \
	field(s, address) field(s, file_offset) field(s, offset) field(s, function) field(s, path) \
	field(s, unread)
/* clang-format on */

A4T_ALL_FIELDS(a4t_frame);

#endif
