/* SPDX-License-Identifier: MIT */
/*
 * The end of root's power: once tracing has begun, every thread keeps but the capabilities that it
 * still makes use of, and can get none back; and it is the user's who has called sudo, where one
 * has. The kernel has all this by thread, and the JVM has started many: a signal makes each of them
 * give up its own.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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
#include "session.h"
#include "process/identity.h"
#include "launcher/aside.h"

/* Between two looks at who has obeyed; a thread that has not after so many never will. */
#define NAP_NS	  200000
#define MOST_NAPS 25000

#define BIT(capability) (1ULL << (capability))

struct capabilities {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
};

/* A handler has no context. */
static uint64_t kept_ones;
static struct identity remaining;
static atomic_int failure;

/* Those of the calling thread. */
static int read_capabilities(struct capabilities *found)
{
	*found = (struct capabilities){.header = {_LINUX_CAPABILITY_VERSION_3, 0}};
	return syscall(SYS_capget, &found->header, found->words) ? -errno : 0;
}

/* The effective ones, and `for_good` all that could become effective again. */
static int restrict_to(uint64_t kept, bool for_good)
{
	struct capabilities own;
	int err = read_capabilities(&own);

	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t mask = kept >> (32 * i);

		own.words[i].effective = own.words[i].permitted & mask;
		if (for_good) {
			own.words[i].permitted &= mask;
			own.words[i].inheritable = 0;
		}
	}
	if (!err && syscall(SYS_capset, &own.header, own.words))
		err = -errno;
	return err;
}

/* Where CAP_SETPCAP lacks, as in some containers, it stays; PR_SET_NO_NEW_PRIVS is as good. */
static void restrict_bounding_set(uint64_t kept)
{
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (!(kept & BIT(capability)))
			prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

/* Room for /proc/PID/status up to NoNewPrivs, which stands behind the groups. */
#define STATUS_BYTES (2048 + 11 * MOST_GROUPS)

/* The number behind `name` in the text of /proc/PID/status; `otherwise` when it is not there. */
static unsigned long long status_field(const char *text, const char *name, int base,
				       unsigned long long otherwise)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, base) : otherwise;
}

/*
 * By all that confine_thread() changes, not by the capabilities alone: a thread may never have had more
 * of these than it keeps.
 */
static bool shows_confined(const char *status)
{
	if (!status_field(status, "\nNoNewPrivs:", 10, 0) ||
	    status_field(status, "\nCapPrm:", 16, ~0ULL) & ~kept_ones)
		return false;
	return remaining.uid == NO_USER || status_field(status, "\nUid:", 10, NO_USER) == remaining.uid;
}

/* A thread of ours. So is one that has ended. */
static bool is_confined(int tasks, const char *tid)
{
	char name[32], text[STATUS_BYTES + 1];
	ssize_t len;
	int fd;

	snprintf(name, sizeof(name), "%s/status", tid);
	fd = openat(tasks, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	len = read(fd, text, STATUS_BYTES);
	close(fd);
	if (len < 0)
		return errno == ESRCH;
	text[len] = '\0';
	return shows_confined(text);
}

/* Once a thread is that user it cannot become it again. */
static bool has_become(const struct identity *user)
{
	return getuid() == user->uid && geteuid() == user->uid;
}

/* System calls only, which are safe in a signal handler. Harmless when it is repeated. */
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

/* Returns how many threads were not confined yet, or a negative errno. */
static int confine_others(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *entry;
	int others = 0;

	if (!tasks)
		return -errno;
	while ((entry = readdir(tasks))) {
		pid_t tid = atoi(entry->d_name);

		if (tid && !is_confined(dirfd(tasks), entry->d_name)) {
			syscall(SYS_tgkill, getpid(), tid, A4T_CONFINE_SIGNAL);
			others++;
		}
	}
	closedir(tasks);
	return others;
}

/* New threads have what their maker had: over when a look at all of them finds none. */
static int confine_all(void)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};

	for (int naps = 0; naps < MOST_NAPS; naps++) {
		int others = confine_others();

		if (others <= 0 || failure)
			return others < 0 ? others : failure;
		nanosleep(&nap, NULL);
	}
	return -ETIMEDOUT;
}

/* Before Linux 5.19 maps are not for others even where they are open. */
static bool needs_bpf(const struct a4t *session, uint64_t kept)
{
	uint64_t losses[A4T_LOSS_KINDS];
	bool refused;

	if (restrict_to(kept, false))
		return true;
	refused = a4t_losses(session, losses) == -EPERM;
	/* What is still permitted becomes effective again. */
	restrict_to(~0ULL, false);
	return refused;
}

/* SECURITY in the manual page says the same. */
static uint64_t needed(const struct a4t *session, bool enters_namespaces)
{
	/* Other users' /proc/PID: fd, maps, root, syscall, exe. */
	uint64_t kept = BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYS_PTRACE);

	/* /proc/PID/map_files */
	if (session->stacks)
		kept |= BIT(CAP_CHECKPOINT_RESTORE);
	/* a4t_somaxconn() */
	if (enters_namespaces)
		kept |= BIT(CAP_SYS_ADMIN);
	/* Where CAP_BPF is not there, CAP_SYS_ADMIN has done. */
	if (needs_bpf(session, kept))
		kept |= BIT(CAP_BPF);
	return needs_bpf(session, kept) ? kept | BIT(CAP_SYS_ADMIN) : kept;
}

/* Root without these capabilities, as in some containers, has to stay root. */
static bool can_become_another(void)
{
	const uint32_t wanted = BIT(CAP_SETUID) | BIT(CAP_SETGID);
	struct capabilities own;

	return !read_capabilities(&own) && (own.words[0].effective & wanted) == wanted;
}

int a4t_confine(struct a4t *session, uint32_t enters_namespaces, struct a4t_error *error)
{
	struct sigaction action = {.sa_handler = on_confine, .sa_flags = SA_RESTART};
	int err = announce_calls(session);

	if (err)
		return fail(error, err, "look at the calls in progress");
	find_invoker(&remaining);
	if (!can_become_another())
		remaining.uid = NO_USER;
	kept_ones = needed(session, enters_namespaces);
	failure = 0;
	/* No core, and no debugger but root's. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* It stays: a thread that was slow to obey can have been sent another signal. */
	sigaction(A4T_CONFINE_SIGNAL, &action, NULL);
	err = confine_thread();
	if (!err)
		err = confine_all();
	note("capabilities kept: %#llx", (unsigned long long)kept_ones);
	return err ? fail(error, err, "give up root's rights") : 0;
}
