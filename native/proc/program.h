/* SPDX-License-Identifier: MIT */
/*
 * Detects whether a process still runs the same program, without a request to the file system of its
 * executable. Thread-safe.
 */
#ifndef PROC_PROGRAM_H
#define PROC_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Identifies a running program. The value changes with each execve(), even of the same file, and is different
 * if another process reuses the id.
 */
struct program {
	uint64_t started; /* clock ticks since boot */
	uint64_t code;	  /* address of the program's code */
	uint64_t stack;	  /* address of the first thread's stack */
};

/* Returns false if process `tgid` has ended or we may not read its addresses. */
bool read_program(int32_t tgid, struct program *program);

/* Parses text with the format of /proc/PID/stat. Returns false if it shows no program. */
bool parse_program(const char *stat, struct program *program);

#endif
