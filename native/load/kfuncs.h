/* SPDX-License-Identifier: MIT */
/*
 * bpf/typed_reads.h declares kfuncs as helpers with numbers that no helper has, so that one object loads on
 * kernels with and without them. This makes the calls real.
 */
#ifndef LOAD_KFUNCS_H
#define LOAD_KFUNCS_H

#include <bpf/libbpf.h>
#include "load/extract.h"

/* Redirects the calls of all programs that are to be loaded. Before loading. 0 or a negative errno. */
int call_kfuncs(struct bpf_object *programs, const __u32 functions[FUNCTIONS]);

#endif
