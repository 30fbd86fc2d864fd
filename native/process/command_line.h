/* SPDX-License-Identifier: MIT */
/*
 * The arguments of this process as bytes. Java decodes its arguments and cannot always recover the bytes.
 */
#ifndef PROCESS_COMMAND_LINE_H
#define PROCESS_COMMAND_LINE_H

#include <stddef.h>

/*
 * Reads our own command line: `*size` bytes with NUL-terminated arguments. Returns 0 or a negative errno. The
 * caller must free `*text`, which is NULL on failure.
 */
int read_command_line(char **text, size_t *size);

/*
 * Returns a NULL-terminated array of pointers to the last `words` arguments in `text`. The caller must free
 * the array. Returns NULL if out of memory.
 */
char **last_words(char *text, size_t size, int words);

#endif
