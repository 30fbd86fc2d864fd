/* SPDX-License-Identifier: MIT */
#include "load/proof.h"
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/error.h"
#include "events/batch.h"
#include "load/rungs.h"
#include "state.h"
#include "targets/targets.h"

/* bind() with only a family makes the kernel choose an unused abstract name: autobind in unix(7). */
static int listen_anywhere(struct sockaddr_un *name, socklen_t *len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*len = sizeof(name->sun_family);
	name->sun_family = AF_UNIX;
	if (fd < 0 || bind(fd, (struct sockaddr *)name, *len) || listen(fd, 1))
		return fd < 0 ? fd : (close(fd), -1);
	*len = sizeof(*name);
	if (getsockname(fd, (struct sockaddr *)name, len)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Returns the number of the accepted fd, which is already closed; or -1 with errno. */
static int accept_by(long call)
{
	struct sockaddr_un name;
	socklen_t len;
	int listener = listen_anywhere(&name, &len), client, accepted = -1;

	if (listener < 0)
		return -1;
	client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client >= 0 && !connect(client, (struct sockaddr *)&name, len))
		accepted = syscall(call, listener, NULL, NULL, call == SYS_accept4 ? SOCK_CLOEXEC : 0);
	if (accepted >= 0)
		close(accepted);
	if (client >= 0)
		close(client);
	close(listener);
	return accepted;
}

/*
 * Returns 0 with the event in `seen`, or a negative errno. The ring cannot contain other events, because no
 * other process is a target yet.
 */
static int self_test(struct a4t *session, long call, struct accept_event *seen)
{
	struct accept_event_with_stack event = {};
	uint32_t tid = gettid();
	int accepted, bytes, err;

	err = set_target(session, getpid(), true);
	if (err)
		return err;
	accepted = accept_by(call);
	err = accepted < 0 ? -errno : 0;
	set_target(session, getpid(), false);
	if (err)
		return err;
	bytes = read_batch(session, &event, sizeof(event));
	if (bytes <= 0)
		return bytes < 0 ? bytes : -ENOMSG;
	*seen = event.call.head;
	return event.call.head.ret == accepted && event.call.head.tid == tid ? 0 : -EPROTO;
}

static bool holds(const struct accept_event *seen, bool racy)
{
	uint32_t wanted = A4T_HAS_LISTENER | A4T_HAS_PEER;

	return (seen->flags & wanted) == wanted && !(seen->flags & A4T_ENTER_UNSEEN) &&
	       (racy || !(seen->flags & A4T_PEER_RACY));
}

static int prove_call(struct a4t *session, long call, bool racy)
{
	struct accept_event seen;
	int err = self_test(session, call, &seen);

	return !err && !holds(&seen, racy) ? -EPROTO : err;
}

/*
 * If programs on ACCEPT_FUNCTION see calls, accept4 alone proves nothing about accept: the compiler may have
 * inlined this function into only one of the two system calls.
 */
int prove_hooks(struct a4t *session, const struct rung *rung, struct a4t_error *error)
{
	int err = prove_call(session, SYS_accept4, is_lowest(rung));

	if (err)
		return fail(error, err, "trace an accept4 of its own");
	if (!sees_calls_by_fentry(rung) || !(session->wanted.calls & A4T_CALL_ACCEPT))
		return 0;
	err = prove_call(session, SYS_accept, false);
	return err ? fail(error, err, "trace an accept of its own") : 0;
}
