/* SPDX-License-Identifier: MIT */
/* Helpers for tests of refused connections, in a network namespace of their own. */
#ifndef REFUSED_H
#define REFUSED_H

#include <sched.h>
#include <stdbool.h>
#include <sys/stat.h>
#include "session.h"

static struct a4t_config refused = {
	.ring_bytes = 64 * 1024,
	.max_calls = 64,
	.max_targets = 4,
	.watch_fd = -1,
	.filter.calls = A4T_CALL_REFUSED,
};

/* Moves this process to a network namespace of its own, where nobody else refuses connections. */
static inline bool unshare_network(void)
{
	struct stat namespace;

	if (unshare(CLONE_NEWNET)) {
		skip("needs network namespaces");
		return false;
	}
	CHECK_EQ(0, stat("/proc/self/ns/net", &namespace));
	refused.filter = (struct a4t_filter){
		.calls = A4T_CALL_REFUSED,
		.set = A4T_FILTER_NETNS,
		.netns = namespace.st_ino,
	};
	return true;
}

/* Chooses the hooks. Returns whether this kernel allows them. */
static inline bool use(enum a4t_probe probe)
{
	struct a4t_error error;
	struct a4t *session;

	refused.probe = probe;
	session = a4t_open(&refused, &error);
	a4t_close(session);
	return session;
}

static inline struct a4t *watch_all(void)
{
	struct a4t *session = open_session(&refused);

	records = (struct records){};
	CHECK_EQ(0, a4t_trace_all(session));
	return session;
}

/* Reads what is in the ring, without waiting. */
static inline void read_rest(struct a4t *session)
{
	struct a4t_wakeup wakeup;
	int bytes;

	do {
		bytes = a4t_poll(session, records.bytes + records.used, BATCH_BYTES - records.used, 0,
				 &wakeup);
		CHECK(bytes >= 0);
		records.used += bytes > 0 ? bytes : 0;
	} while (bytes > 0);
}

static inline uint64_t inode_of(int fd)
{
	struct stat status;

	CHECK_EQ(0, fstat(fd, &status));
	return status.st_ino;
}

#endif
