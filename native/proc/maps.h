/* SPDX-License-Identifier: MIT */
/* Memory maps of a traced process. Thread-safe. */
#ifndef PROC_MAPS_H
#define PROC_MAPS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct mapping {
	uint64_t start, end;
	uint64_t offset; /* of `start` in the file */
};

/*
 * Finds the mapping that contains `address` in text with the format of /proc/PID/maps. Unless `name` is NULL,
 * it becomes the name of the file as the kernel writes it, with escapes; empty if the mapping has no name or
 * one that does not fit.
 */
bool find_mapping(FILE *maps, uint64_t address, struct mapping *mapping, char name[PATH_MAX]);

/* Finds the mapping that contains `address` in the memory of thread `tid`. */
bool read_mapping(int32_t tid, uint64_t address, struct mapping *mapping, char name[PATH_MAX]);

#endif
