/* SPDX-License-Identifier: MIT */
#include "load/cgroup.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "base/error.h"
#include "state.h"

/*
 * Mount points of the unified hierarchy. The second one is for systems that also use the older hierarchies.
 */
static const char *const cgroup_roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

static int open_unified(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs status;

	if (fd < 0)
		return -errno;
	if (!fstatfs(fd, &status) && status.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	close(fd);
	return -EOPNOTSUPP;
}

/*
 * `path` is a path in the file system, or as in /proc/PID/cgroup. On failure, returns the first error other
 * than -ENOENT, if there is one.
 */
static int open_cgroup(const char *path)
{
	int found = *path == '/' ? open_unified(path) : -ENOENT;
	char full[PATH_MAX];

	for (size_t i = 0; found < 0 && i < sizeof(cgroup_roots) / sizeof(cgroup_roots[0]); i++) {
		int fd;

		snprintf(full, sizeof(full), "%s/%s", cgroup_roots[i], path);
		fd = open_unified(full);
		if (fd >= 0 || found == -ENOENT)
			found = fd;
	}
	return found;
}

int find_cgroup(struct a4t *session, const struct a4t_config *config, struct a4t_error *error)
{
	if (!(config->filter.set & A4T_FILTER_CGROUP))
		return 0;
	session->wanted.cgroup = open_cgroup(config->cgroup);
	if (session->wanted.cgroup >= 0)
		return 0;
	return fail_as(A4T_FAILURE_CGROUP, error, session->wanted.cgroup, "find cgroup %s", config->cgroup);
}

int set_cgroup(struct a4t *session, struct a4t_error *error)
{
	uint32_t first = 0;
	int err;

	if (session->wanted.cgroup < 0)
		return 0;
	err = bpf_map_update_elem(bpf_map__fd(session->skel->maps.wanted_cgroup), &first,
				  &session->wanted.cgroup, BPF_ANY);
	return err ? fail(error, err, "filter by the cgroup") : 0;
}
