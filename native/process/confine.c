/* SPDX-License-Identifier: MIT */
/*
 * Confinement: once tracing has begun, every thread gives up all capabilities except those still in use,
 * cannot regain any, and becomes the user who ran sudo, if there is one. Each thread has its own credentials
 * (Documentation/security/credentials.rst), and the JVM has started many threads, so a signal makes each
 * thread give up its own capabilities.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "base/messages.h"
#include "launcher/saved.h"
#include "process/capabilities.h"
#include "process/identity.h"
#include "process/system_calls.h"
#include "state.h"
#include "targets/calls.h"

/*
 * Pauses between checks of the other threads. Confinement fails after five seconds, because a thread that is
 * not confined by then does not handle the signal.
 */
#define NAP_NS	 200000
#define MAX_NAPS 25000

/* Data for the signal handler. Only `failure` is written after the first signal is sent. */
static uint64_t kept_ones;
static struct identity remaining;
static atomic_int failure;

/*
 * The size of `status_text`: enough for /proc/PID/status up to NoNewPrivs, which follows the groups. A group
 * takes up to 11 bytes.
 */
static size_t status_bytes;
static char *status_text;

/* Returns the number after `name` in the text of /proc/PID/status, or `otherwise` if the name is missing. */
static unsigned long long status_field(const char *text, const char *name, int base,
				       unsigned long long otherwise)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, base) : otherwise;
}

/*
 * Also checks NoNewPrivs and the user id. The capabilities alone prove nothing, because a thread may never
 * have had more than it keeps.
 */
static bool shows_confined(const char *status)
{
	if (!status_field(status, "\nNoNewPrivs:", 10, 0) ||
	    status_field(status, "\nCapPrm:", 16, ~0ULL) & ~kept_ones)
		return false;
	return remaining.uid == NO_USER || status_field(status, "\nUid:", 10, NO_USER) == remaining.uid;
}

/* The kernel hands out a long file in several reads. */
static ssize_t read_all(int fd)
{
	size_t len = 0;
	ssize_t more;

	while (len < status_bytes && (more = read(fd, status_text + len, status_bytes - len)) != 0) {
		if (more < 0)
			return -1;
		len += more;
	}
	return len;
}

/* Also true for a thread that has ended. */
static bool is_confined(int tasks, const char *tid)
{
	char name[NAME_MAX + sizeof("/status")];
	ssize_t len;
	int fd;

	snprintf(name, sizeof(name), "%s/status", tid);
	fd = openat(tasks, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	len = read_all(fd);
	close(fd);
	if (len < 0)
		return errno == ESRCH;
	status_text[len] = '\0';
	return shows_confined(status_text);
}

/*
 * A thread that has already become the user must skip assume(), because it is not allowed to change its ids
 * again.
 */
static bool has_become(const struct identity *user)
{
	return getuid() == user->uid && geteuid() == user->uid;
}

/* Async-signal-safe, and harmless if repeated. */
static int confine_thread(void)
{
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return -errno;
	restrict_bounding_set(kept_ones);
	err = has_become(&remaining) ? 0 : assume(&remaining);
	return err ? -err : restrict_to(kept_ones, true);
}

static void on_confine(int signal)
{
	int saved = errno, err = confine_thread();

	(void)signal;
	if (err)
		failure = err;
	errno = saved;
}

/* Signals the other threads that are not confined yet. Returns their number, or a negative errno. */
static int confine_others(void)
{
	pid_t own = gettid();
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *entry;
	int others = 0;

	if (!tasks)
		return -errno;
	while ((entry = readdir(tasks))) {
		pid_t tid = atoi(entry->d_name);

		if (tid && tid != own && !is_confined(dirfd(tasks), entry->d_name)) {
			syscall(SYS_tgkill, getpid(), tid, A4T_CONFINE_SIGNAL);
			others++;
		}
	}
	closedir(tasks);
	return others;
}

/*
 * A confined thread can only create confined threads, because a new thread inherits the credentials of its
 * creator. So after one pass that finds all other threads confined, no unconfined thread can appear.
 */
static int confine_all_others(void)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};

	for (int naps = 0; naps < MAX_NAPS; naps++) {
		int others = confine_others();

		if (others <= 0 || failure)
			return others < 0 ? others : failure;
		nanosleep(&nap, NULL);
	}
	return -ETIMEDOUT;
}

/* Whether using an open map needs more capabilities than `kept`. Before Linux 5.19, it needs CAP_BPF. */
static bool needs_bpf(const struct a4t *session, uint64_t kept)
{
	uint64_t losses[A4T_LOSS_KINDS];
	bool refused;

	if (restrict_to(kept, false))
		return true;
	refused = a4t_losses(session, losses) == -EPERM;
	/* Makes all permitted capabilities effective again. */
	restrict_to(~0ULL, false);
	return refused;
}

/* Keep this list in sync with SECURITY in the manual page. */
static uint64_t needed(const struct a4t *session)
{
	/* To read fd, maps, root, syscall and exe in /proc/PID of other users' processes. */
	uint64_t kept = BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYS_PTRACE);

	/* To open files in /proc/PID/map_files. */
	if (session->wanted.stacks)
		kept |= BIT(CAP_CHECKPOINT_RESTORE);
	/* Containers may have CAP_SYS_ADMIN instead of CAP_BPF. */
	if (needs_bpf(session, kept))
		kept |= BIT(CAP_BPF);
	return needs_bpf(session, kept) ? kept | BIT(CAP_SYS_ADMIN) : kept;
}

/* Root without these capabilities, as in some containers, stays root. */
static bool can_become_another(void)
{
	return has_capabilities(BIT(CAP_SETUID) | BIT(CAP_SETGID));
}

/* Decides which rights this process keeps. Returns 0 or a negative errno. */
static int decide_rights(const struct a4t *session)
{
	int own_groups = getgroups(0, NULL);

	if (!can_become_another())
		remaining.uid = NO_USER;
	kept_ones = needed(session);
	failure = 0;
	status_bytes =
		2048 + 11 * (size_t)(own_groups > remaining.group_count ? own_groups : remaining.group_count);
	free(status_text);
	status_text = malloc(status_bytes + 1);
	return status_text ? 0 : -ENOMEM;
}

/* Succeeds without a filter on a kernel without seccomp. */
static int filter_system_calls(void)
{
	int err = deny_system_calls();

	if (err == -EINVAL)
		note("the kernel has no seccomp: no system call is denied");
	return err == -EINVAL ? 0 : err;
}

int a4t_confine(struct a4t *session, struct a4t_error *error)
{
	struct sigaction action = {.sa_handler = on_confine, .sa_flags = SA_RESTART};
	int err = announce_calls(session);
	const char *why;

	if (err)
		return fail(error, err, "find the calls in progress");
	free_identity(&remaining);
	err = find_invoker(&remaining, &why);
	if (err)
		return fail_to_find_invoker(error, err, why);
	err = decide_rights(session);
	if (err)
		return fail(error, err, "drop root's privileges");
	/* Prevents core dumps, and debuggers of users other than root. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* The handler stays, because a slow thread may still have a second signal pending. */
	sigaction(A4T_CONFINE_SIGNAL, &action, NULL);
	err = confine_all_others();
	/*
	 * This thread is confined last, because checking the others opens files. Once the whole machine has
	 * fs.file-max open files, that needs CAP_SYS_ADMIN.
	 */
	if (!err)
		err = confine_thread();
	if (!err)
		err = filter_system_calls();
	note("capabilities kept: %#llx", (unsigned long long)kept_ones);
	return err ? fail(error, err, "drop root's privileges") : 0;
}
