/* SPDX-License-Identifier: MIT */
/*
 * Opens, configures and loads the BPF programs: session->skel. Settings go into their read-only data, so that
 * the verifier drops the code of what is off (check_cond_jmp_op() in kernel/bpf/verifier.c); none can change
 * after loading.
 */
#ifndef LOAD_PROGRAMS_H
#define LOAD_PROGRAMS_H

#include "a4t.h"

struct rung;

/* The configured filter with defaults; `any` is 0 if nothing has to be checked. */
struct a4t_filter effective_filter(const struct a4t_config *config);

/* Writes session->wanted, except for the cgroup. */
void want(struct a4t *session, const struct a4t_config *config);

/*
 * Loads what `config` wants of the programs for this rung; 0, or a negative errno described in `error`. On
 * failure session->skel may be open, and is the caller's to destroy. Tracing thread, or the preparation's.
 */
int load_programs(struct a4t *session, const struct a4t_config *config, const struct rung *rung,
		  struct a4t_error *error);

#endif
