/* SPDX-License-Identifier: MIT */
/* Memory maps of a traced process. Thread-safe. */
#ifndef PROC_MAPS_H
#define PROC_MAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct mapping {
	uint64_t start, end;
	uint64_t offset; /* of `start` in the file */
};

/* Finds the mapping that contains `address` in text with the format of /proc/PID/maps. */
bool find_mapping(FILE *maps, uint64_t address, struct mapping *mapping);

/* Finds the mapping that contains `address` in the memory of thread `tid`. */
bool read_mapping(int32_t tid, uint64_t address, struct mapping *mapping);

#endif
