/* SPDX-License-Identifier: MIT */
/* The cgroup whose tasks are traced (wanted.cgroup in state.h), with A4T_FILTER_CGROUP; else all of them. */
#ifndef LOAD_CGROUP_H
#define LOAD_CGROUP_H

#include "a4t.h"

/* Opens the cgroup's folder. Before any rung is tried: a wrong path is no reason to step down. */
int find_cgroup(struct a4t *session, const struct a4t_config *config, struct a4t_error *error);

/* Tells the loaded programs which cgroup it is. Before anything is attached. */
int set_cgroup(struct a4t *session, struct a4t_error *error);

#endif
