/* SPDX-License-Identifier: MIT */
/* What the launcher makes of the command line. */
#ifndef GUESS_H
#define GUESS_H

#include <stdbool.h>
#include "a4t.h"

/* Whether it asks for a trace, and nothing in it can be refused. False where that is not certain. */
bool is_plain_trace(int argc, char **argv);

/* Whether the option is a word of its own, before those of a command. */
bool asks_for(const char *option, int argc, char **argv);

/* What the Java program asks for after a plain command line. */
struct a4t_config likely_config(int argc, char **argv);

#endif
