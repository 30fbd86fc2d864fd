/* SPDX-License-Identifier: MIT */
/* The sizes of the maps of the BPF programs. */
#ifndef LOAD_MAPS_H
#define LOAD_MAPS_H

#include <stdint.h>

struct bpf_map;

/*
 * Sets the size of an LRU map such that it can hold at least `entries` entries without evictions. Each CPU
 * reserves up to 128 free entries (LOCAL_FREE_TARGET in kernel/bpf/bpf_lru_list.c). If no others are free,
 * other CPUs evict entries, even new ones. Allows for up to 256 CPUs, to limit the memory. Must be called
 * before loading. Returns 0 or a negative errno.
 */
int set_lru_entries(struct bpf_map *map, uint32_t entries);

#endif
