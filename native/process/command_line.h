/* SPDX-License-Identifier: MIT */
/*
 * The arguments of this process as bytes. Java decodes its arguments and cannot always recover the bytes.
 */
#ifndef PROCESS_COMMAND_LINE_H
#define PROCESS_COMMAND_LINE_H

#include <stddef.h>

/* Returns our own command line: `size` bytes, each argument NUL-terminated. Free it. NULL: out of memory. */
char *read_command_line(size_t *size);

/*
 * Returns pointers into `text` to the last `words` arguments, NULL-terminated. Free the array. NULL: out of
 * memory.
 */
char **last_words(char *text, size_t size, int words);

#endif
