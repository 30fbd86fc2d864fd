/* SPDX-License-Identifier: MIT */
/*
 * Opens, configures and loads the BPF programs (session->skel). Settings are read-only data, so that the
 * verifier drops the code of features that are off (check_cond_jmp_op() in kernel/bpf/verifier.c). Settings
 * cannot change after loading.
 */
#ifndef LOAD_PROGRAMS_H
#define LOAD_PROGRAMS_H

#include "a4t.h"

struct accept4_trace;
struct rung;

/*
 * Returns the configured filter with defaults. Its member `any` is 0 if the programs need not check anything.
 */
struct a4t_filter effective_filter(const struct a4t_config *config);

/* Writes session->wanted, except for the cgroup. */
void want(struct a4t *session, const struct a4t_config *config);

/*
 * Loads the programs that `config` needs on this rung. Returns 0, or a negative errno with `error` set. On
 * failure, session->skel may be open, and the caller must destroy it. For the tracing thread and for
 * a4t_prepare().
 */
int load_programs(struct a4t *session, const struct a4t_config *config, const struct rung *rung,
		  struct a4t_error *error);

/*
 * Creates *skel and loads only the programs for snapshots. The caller must destroy *skel, even after a
 * failure. Returns 0, or a negative errno with `error` set.
 */
int load_snapshots(struct accept4_trace **skel, struct a4t_error *error);

/* Returns the program that walks over the open files, one of those that load_snapshots() has loaded. */
struct bpf_program *file_walk(const struct accept4_trace *skel);

#endif
