/* SPDX-License-Identifier: MIT */
/*
 * Helper programs: processes without privileges that parse hostile input. Only one thread at a time may ask a
 * helper, but any thread may end it.
 */
#ifndef HELPER_HELPER_H
#define HELPER_HELPER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "a4t_helpers.h"
#include "sandbox/packet.h"

struct helper {
	int socket;
	int pidfd;
	pid_t pid;
	int limit_ms;	   /* for an answer; longer than the limit that the helper sets itself */
	uint32_t last_id;  /* of a question */
	atomic_bool ended; /* nothing can be asked any more */
};

/* A question, and where its answer goes. */
struct question {
	struct packet *packet; /* ask() sets its id */
	size_t bytes;
	/* Returns the place for the next packet of the answer, and its size in bytes. */
	struct packet *(*place)(struct question *question, size_t *room);
	/*
	 * Takes a packet of `bytes` bytes from that place. Returns 1 if the answer is complete, 0 if not, or
	 * a negative errno if the packet is invalid.
	 */
	int (*take)(struct question *question, const struct helper *helper, size_t bytes);
};

/*
 * Starts the program `name`, which is in the folder of this library, and waits until it has given up its
 * privileges. It runs as the user who ran sudo, else as nobody if this process is root. Must precede
 * a4t_confine(). Not thread-safe. Returns 0, after which close_helper() must follow, or a negative errno.
 */
int start_helper(struct helper *helper, const char *name, int limit_ms, struct a4t_error *error);

/*
 * Returns 0 if the answer is complete. -ECANCELED: the process that answers has died, and another one can be
 * asked. -EPIPE: nothing can be asked any more, because the helper has ended, did not answer in time, or has
 * sent an invalid packet.
 */
int ask(struct helper *helper, struct question *question);

/*
 * Ends the helper, and waits for at most a second for its end. A question in progress fails. Thread-safe, can
 * be repeated.
 */
void end_helper(struct helper *helper);

/* Closes the descriptors of a helper that has ended. */
void close_helper(struct helper *helper);

#endif
