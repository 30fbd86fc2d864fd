/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "process/capabilities.h"
#include "sandbox/sandbox.h"

#define MAX_FILES 4096

/* Lowers the soft and the hard limit. */
static int lower(int resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit))
		return -errno;
	limit.rlim_max = limit.rlim_max < most ? limit.rlim_max : most;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(resource, &limit) ? -errno : 0;
}

/*
 * EINVAL: the id does not exist in this user namespace. EPERM: a container without CAP_SETUID or CAP_SETGID.
 * In both cases, the process keeps its ids.
 */
static bool is_impossible(int err)
{
	return err == EINVAL || err == EPERM;
}

static int become(uid_t uid, gid_t gid)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	if (geteuid() != 0)
		return 0;
	/*
	 * Best effort. The keeper must be able to fork workers even if other processes of that user have
	 * reached the limit. A hostile worker gains nothing from the higher limit, because workers cannot
	 * fork.
	 */
	setrlimit(RLIMIT_NPROC, &unlimited);
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		return is_impossible(errno) ? 0 : -errno;
	return 0;
}

int drop_privileges(const struct helper_program *program, uid_t uid, gid_t gid)
{
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	restrict_bounding_set(0);
	err = become(uid, gid);
	if (!err)
		err = restrict_to(0, true);
	if (!err)
		err = lower(RLIMIT_CORE, 0);
	if (!err)
		err = lower(RLIMIT_FSIZE, 0);
	if (!err)
		err = lower(RLIMIT_NOFILE, MAX_FILES);
	if (!err)
		err = lower(RLIMIT_AS, program->memory);
	/* Prevents the user's other processes from debugging this one and from reading its memory. */
	if (!err && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		err = -errno;
	return err;
}
