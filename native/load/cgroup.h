/* SPDX-License-Identifier: MIT */
/* The cgroup whose tasks are traced (wanted.cgroup in state.h). Without A4T_FILTER_CGROUP, all are traced. */
#ifndef LOAD_CGROUP_H
#define LOAD_CGROUP_H

#include "a4t.h"

/*
 * Opens the folder of the cgroup. Call this before trying any hooks, because a wrong path would make all of
 * them fail.
 */
int find_cgroup(struct a4t *session, const struct a4t_config *config, struct a4t_error *error);

/* Passes the cgroup to the loaded programs. Must precede attaching. */
int set_cgroup(struct a4t *session, struct a4t_error *error);

#endif
