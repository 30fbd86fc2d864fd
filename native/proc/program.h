/* SPDX-License-Identifier: MIT */
/* Recognizes a running program again without asking the file system of its executable. Any thread. */
#ifndef PROC_PROGRAM_H
#define PROC_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

/* Differs after execve(), also of the same file, and for another process with the same id. */
struct program {
	uint64_t started; /* clock ticks since boot */
	uint64_t code;	  /* address of the program's code */
	uint64_t stack;	  /* address of the first thread's stack */
};

/* Returns false if process `tgid` has ended or must not be read. */
bool read_program(int32_t tgid, struct program *program);

/* Parses text like /proc/PID/stat. Returns false if it has no program. */
bool parse_program(const char *stat, struct program *program);

#endif
