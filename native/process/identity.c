/* SPDX-License-Identifier: MIT */
#include "process/identity.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/error.h"

/* The initial size of a list of groups. Most users are in fewer groups. */
#define USUAL_GROUPS 32
/* NGROUPS_MAX of include/uapi/linux/limits.h. */
#define MAX_GROUPS 65536

static int find_groups(const struct passwd *user, struct identity *identity)
{
	int room = USUAL_GROUPS, count;

	for (;;) {
		gid_t *groups = reallocarray(identity->groups, room, sizeof(*groups));

		if (!groups)
			return -ENOMEM;
		identity->groups = groups;
		count = room;
		if (getgrouplist(user->pw_name, identity->gid, groups, &count) >= 0)
			break;
		if (room >= MAX_GROUPS)
			return -E2BIG;
		/*
		 * Not every C library sets `count` to the number of groups, so try a list of twice the size.
		 */
		room = count > room ? count : 2 * room;
	}
	identity->group_count = count;
	return 0;
}

int find_user(const char *name, struct identity *identity)
{
	struct passwd *user;

	*identity = (struct identity){.uid = NO_USER};
	if (!name)
		return 0;
	user = getpwnam(name);
	if (!user)
		return -ENOENT;
	identity->uid = user->pw_uid;
	identity->gid = user->pw_gid;
	return find_groups(user, identity);
}

int64_t a4t_user_id(const char *name)
{
	struct passwd *user = getpwnam(name);

	return user ? (int64_t)user->pw_uid : -ENOENT;
}

/* sudo(8) sets SUDO_UID and SUDO_GID to decimal numbers. */
static bool read_id(const char *variable, unsigned int *id)
{
	const char *text = getenv(variable);
	char *end;
	unsigned long number;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	*id = number;
	return !errno && !*end && number < NO_USER;
}

static bool called_by_sudo(void)
{
	return getenv("SUDO_UID") || getenv("SUDO_GID") || getenv("SUDO_USER");
}

/*
 * Whether SUDO_USER contradicts SUDO_UID. An unset SUDO_USER does not, nor does a name that is missing from
 * the passwd database.
 */
static bool is_another_user(const char *name, uid_t uid)
{
	const struct passwd *user = name && *name ? getpwnam(name) : NULL;

	return name && (!*name || (user && user->pw_uid != uid));
}

static const char *read_invoker(uid_t *uid, gid_t *gid)
{
	if (!read_id("SUDO_UID", uid))
		return "SUDO_UID is not the id of a user";
	if (!read_id("SUDO_GID", gid))
		return "SUDO_GID is not the id of a group";
	return is_another_user(getenv("SUDO_USER"), *uid) ? "SUDO_USER is not the user of SUDO_UID" : NULL;
}

int find_invoker(struct identity *identity, const char **why)
{
	struct passwd *user;
	uid_t uid;

	*identity = (struct identity){.uid = NO_USER};
	*why = NULL;
	if (geteuid() != 0 || !called_by_sudo())
		return 0;
	*why = read_invoker(&uid, &identity->gid);
	if (*why)
		return -EINVAL;
	if (uid == 0)
		return 0;
	identity->uid = uid;
	user = getpwuid(uid);
	return user ? find_groups(user, identity) : 0;
}

int fail_to_find_invoker(struct a4t_error *error, int err, const char *why)
{
	fail_as(why ? A4T_FAILURE_INVOKER : A4T_FAILURE_OTHER, error, err, "identify the user who ran sudo");
	if (!why)
		return err;
	/* The reason is more helpful than the error number. */
	error->error = 0;
	snprintf(error->detail, sizeof(error->detail), "%s", why);
	return err;
}

int a4t_check_invoker(struct a4t_error *error)
{
	struct identity invoker;
	const char *why;
	int err = find_invoker(&invoker, &why);

	free_identity(&invoker);
	return err ? fail_to_find_invoker(error, err, why) : 0;
}

int own_identity(struct identity *identity)
{
	int count = getgroups(0, NULL);

	*identity = (struct identity){.uid = geteuid(), .gid = getegid()};
	if (count < 0)
		return -errno;
	identity->groups = calloc(count + 1, sizeof(*identity->groups));
	if (!identity->groups)
		return -ENOMEM;
	identity->group_count = getgroups(count, identity->groups);
	return identity->group_count < 0 ? -errno : 0;
}

void free_identity(struct identity *identity)
{
	free(identity->groups);
	identity->groups = NULL;
}

/*
 * Uses system calls because the functions of the C library would change all threads, and would wait for
 * threads that do not exist in a forked child.
 */
int assume(const struct identity *identity)
{
	if (identity->uid == NO_USER)
		return 0;
	if (syscall(SYS_setgroups, identity->group_count, identity->groups) ||
	    syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) ||
	    syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid))
		return errno;
	return 0;
}

/* PROC_PID_INIT_INO of include/linux/proc_ns.h. */
#define INITIAL_PID_NAMESPACE 0xEFFFFFFCu

uint32_t own_pid_namespace(void)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) || status.st_ino == INITIAL_PID_NAMESPACE)
		return 0;
	return status.st_ino;
}
