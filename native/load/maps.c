/* SPDX-License-Identifier: MIT */
#include "load/maps.h"
#include <unistd.h>
#include <bpf/libbpf.h>

#define KEPT_BY_CPU 128
#define MAX_CPUS    256

int set_lru_entries(struct bpf_map *map, uint32_t entries)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	cpus = cpus < 1 ? 1 : cpus > MAX_CPUS ? MAX_CPUS : cpus;
	return bpf_map__set_max_entries(map, entries + KEPT_BY_CPU * (uint32_t)cpus);
}
