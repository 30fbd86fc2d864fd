/* SPDX-License-Identifier: MIT */
/* Tests of identifying the user who ran sudo. If that fails, root must not keep its privileges. */
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "process/identity.h"

#define MANY_GROUPS 3000

static const char *why;

static int invoker(const char *uid, const char *gid, struct identity *identity)
{
	int err;

	if (uid)
		setenv("SUDO_UID", uid, 1);
	if (gid)
		setenv("SUDO_GID", gid, 1);
	err = find_invoker(identity, &why);
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	return err;
}

static void an_invalid_id_is_an_error(void)
{
	static const char *const garbage[] = {
		"", "x", "-1", "+5", " 5", "5 ", "0x5", "4294967295", "99999999999999999999"};
	struct identity identity;

	if (!root_or_skip())
		return;
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		CHECK_EQ(-EINVAL, invoker(garbage[i], "1000", &identity));
		CHECK_EQ(-EINVAL, invoker("1000", garbage[i], &identity));
	}
	CHECK_EQ(-EINVAL, invoker("1000", NULL, &identity));
	CHECK_TEXT("SUDO_GID is not the id of a group", why);
	CHECK_EQ(-EINVAL, invoker(NULL, "1000", &identity));
	CHECK_TEXT("SUDO_UID is not the id of a user", why);
	free_identity(&identity);
}

static int named_invoker(const char *name, const char *uid)
{
	struct identity identity;
	int err;

	setenv("SUDO_USER", name, 1);
	err = invoker(uid, uid, &identity);
	unsetenv("SUDO_USER");
	free_identity(&identity);
	return err;
}

/* Not even the id of root is accepted if a name contradicts it. */
static void a_name_must_not_contradict_the_id(void)
{
	if (!root_or_skip())
		return;
	CHECK_EQ(0, named_invoker("root", "0"));
	CHECK_EQ(0, named_invoker("nobody", "65534"));
	CHECK_EQ(0, named_invoker("no such user", "61001"));
	CHECK_EQ(-EINVAL, named_invoker("nobody", "0"));
	CHECK_EQ(-EINVAL, named_invoker("root", "65534"));
	CHECK_EQ(-EINVAL, named_invoker("", "65534"));
	CHECK_TEXT("SUDO_USER is not the user of SUDO_UID", why);
	CHECK_EQ(-EINVAL, named_invoker("nobody", NULL));
}

static void the_check_says_what_is_wrong(void)
{
	struct a4t_error error = {};

	if (!root_or_skip())
		return;
	CHECK_EQ(0, a4t_check_invoker(&error));
	setenv("SUDO_UID", "you", 1);
	CHECK_EQ(-EINVAL, a4t_check_invoker(&error));
	unsetenv("SUDO_UID");
	CHECK_EQ(A4T_FAILURE_INVOKER, error.failure);
	CHECK_EQ(0, error.error);
	CHECK_TEXT("identify the user who ran sudo", error.stage);
	CHECK_TEXT("SUDO_UID is not the id of a user", error.detail);
}

static void there_is_no_invoker_without_sudo_or_if_root_ran_it(void)
{
	struct identity identity;

	CHECK_EQ(0, invoker(NULL, NULL, &identity));
	CHECK_EQ(NO_USER, identity.uid);
	CHECK_EQ(0, invoker("0", "0", &identity));
	CHECK_EQ(NO_USER, identity.uid);
}

/* A chroot may have a passwd file without the user, who then gets fewer privileges, not more. */
static void a_user_without_a_passwd_entry_has_no_groups(void)
{
	struct identity identity;

	if (!root_or_skip())
		return;
	CHECK_EQ(0, invoker("61001", "61002", &identity));
	CHECK_EQ(61001, identity.uid);
	CHECK_EQ(61002, identity.gid);
	CHECK_EQ(0, identity.group_count);
	free_identity(&identity);
}

static FILE *start_file(char *name)
{
	int fd = mkstemp(name);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

static int replace(const char *file, char *by)
{
	return mount(by, file, NULL, MS_BIND, NULL) ? -errno : 0;
}

/* Enters a mount namespace in which a user has many groups. */
static int make_member(void)
{
	char passwd[] = "/tmp/a4t-passwd.XXXXXX", group[] = "/tmp/a4t-group.XXXXXX";
	FILE *users = start_file(passwd), *groups = start_file(group);
	int err = unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ? -errno : 0;

	fprintf(users, "member:x:61001:61001::/:/bin/sh\n");
	for (int i = 0; i < MANY_GROUPS; i++)
		fprintf(groups, "group%d:x:%d:member\n", i, 70000 + i);
	fclose(users);
	fclose(groups);
	if (!err)
		err = replace("/etc/passwd", passwd);
	if (!err)
		err = replace("/etc/group", group);
	unlink(passwd);
	unlink(group);
	return err;
}

/* The exit status identifies the failed check. */
static int count_groups(void)
{
	struct identity identity;

	if (make_member())
		return 77;
	if (invoker("61001", "61001", &identity) || identity.uid != 61001)
		return 1;
	return identity.group_count == MANY_GROUPS + 1 ? 0 : 2;
}

static void thousands_of_groups_are_all_found(void)
{
	int status;
	pid_t child;

	if (!root_or_skip())
		return;
	child = fork();
	if (child == 0)
		_exit(count_groups());
	waitpid(child, &status, 0);
	if (WEXITSTATUS(status) == 77)
		skip("a mount namespace cannot be created here");
	else
		CHECK_EQ(0, status);
}

static int own_identity_without_getgroups(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getgroups, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	struct identity own;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		return 0;
	return own_identity(&own);
}

static void unreadable_groups_are_not_reported_as_enomem(void)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(-own_identity_without_getgroups());
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status));
	CHECK_EQ(EACCES, WEXITSTATUS(status));
}

int main(void)
{
	static const struct test tests[] = {
		{"an invalid id is an error", an_invalid_id_is_an_error},
		{"a name must not contradict the id", a_name_must_not_contradict_the_id},
		{"the check says what is wrong", the_check_says_what_is_wrong},
		{"there is no invoker without sudo or if root ran it",
		 there_is_no_invoker_without_sudo_or_if_root_ran_it},
		{"a user without a passwd entry has no groups", a_user_without_a_passwd_entry_has_no_groups},
		{"thousands of groups are all found", thousands_of_groups_are_all_found},
		{"unreadable groups are not reported as ENOMEM",
		 unreadable_groups_are_not_reported_as_enomem},
	};

	return RUN(tests);
}
