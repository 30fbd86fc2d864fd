/* SPDX-License-Identifier: MIT */
/* What the launcher concludes from the command line. */
#ifndef GUESS_H
#define GUESS_H

#include <stdbool.h>
#include "a4t.h"

/*
 * Whether the command line certainly starts a trace, and the Java program will accept it. False if in doubt.
 */
bool is_plain_trace(int argc, char **argv);

/* Whether `option` is an argument of its own before "--". Flags such as -fv are not split. */
bool asks_for(const char *option, int argc, char **argv);

/* The configuration that the Java program will ask for if is_plain_trace(). */
struct a4t_config likely_config(int argc, char **argv);

#endif
