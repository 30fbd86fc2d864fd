/* SPDX-License-Identifier: MIT */
#include "load/maps.h"
#include <bpf/libbpf.h>

#define KEPT_BY_CPU 128

int set_lru_entries(struct bpf_map *map, uint32_t entries)
{
	int cpus = libbpf_num_possible_cpus();

	return cpus < 0 ? cpus : bpf_map__set_max_entries(map, entries + KEPT_BY_CPU * (uint32_t)cpus);
}
