/* SPDX-License-Identifier: MIT */
/*
 * Replaces the placeholder calls of bpf/typed_reads.h by calls of kfuncs. The BPF object contains
 * placeholders, so that it also loads on kernels without these kfuncs.
 */
#ifndef LOAD_KFUNCS_H
#define LOAD_KFUNCS_H

#include <bpf/libbpf.h>
#include "load/extract.h"

/*
 * Replaces the calls in all programs that will be loaded. Must precede loading. Returns 0 or a negative
 * errno.
 */
int call_kfuncs(struct bpf_object *programs, const __u32 functions[FUNCTIONS]);

#endif
