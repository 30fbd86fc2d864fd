/* SPDX-License-Identifier: MIT */
/*
 * The command's words, as this process was given them. Java decodes its arguments by the locale and cannot
 * give back their bytes.
 */
#ifndef PROCESS_COMMAND_LINE_H
#define PROCESS_COMMAND_LINE_H

#include <stddef.h>

/* Our own command line: `size` bytes, each argument followed by a zero. To be freed; NULL: out of memory. */
char *read_command_line(size_t *size);

/* The last `words` arguments, NULL-terminated, pointing into `text`. To be freed; NULL: out of memory. */
char **last_words(char *text, size_t size, int words);

#endif
