/* SPDX-License-Identifier: MIT */
#include "load/unix_waits.h"
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include "base/messages.h"
#include "load/attach.h"
#include "load/extract.h"
#include "load/hooks.h"
#include "load/maps.h"
#include "load/unix_exits.h"
#include "state.h"

/*
 * The maximum number of clients that wait for room in a full accept queue at the same time, on the whole
 * machine. Once there have been more, the waits of AF_UNIX connections are no longer shown.
 */
#define ROOM_WAITS 8192
/* The maximum number of connects in progress that are known to have begun during the trace. */
#define BEGUN 8192

/*
 * Requires unix_stream_connect() and unix_wait_for_peer(), because an fentry program for a missing function
 * would keep all other programs from loading.
 */
static bool can_use_fentry(const struct a4t *session, const struct kernel_types *types)
{
	return is_chosen(session, LINK_UNIX_FENTRY) && types->functions[FUNCTION_UNIX_STREAM_CONNECT] &&
	       types->functions[FUNCTION_UNIX_WAIT_FOR_PEER];
}

int configure_unix_waits(struct a4t *session, const struct kernel_types *types)
{
	bool kprobe = is_chosen(session, LINK_UNIX_KPROBE), fentry = can_use_fentry(session, types);
	int err;

	choose(session, LINK_UNIX_BEGIN_KPROBE, kprobe);
	choose(session, LINK_UNIX_FULL_KPROBE, kprobe);
	choose(session, LINK_UNIX_BEGIN_FENTRY, fentry);
	choose(session, LINK_UNIX_FULL_FENTRY, fentry);
	session->skel->rodata->connect_nr = SYS_connect;
	if (!kprobe && !fentry)
		return 0;
	err = set_lru_entries(session->skel->maps.unix_begun, BEGUN);
	return err ? err : bpf_map__set_max_entries(session->skel->maps.unix_room_waits, ROOM_WAITS);
}

/*
 * First attaches the program at the beginning of connect(), which removes the entry of an earlier connect()
 * from `unix_room_waits`, then the program that adds entries. Otherwise, an old entry could be taken for one
 * of the current call.
 */
void attach_unix_waits(struct a4t *session)
{
	bool fentry = is_chosen(session, LINK_UNIX_BEGIN_FENTRY);
	int begin = fentry ? LINK_UNIX_BEGIN_FENTRY : LINK_UNIX_BEGIN_KPROBE;
	int full = fentry ? LINK_UNIX_FULL_FENTRY : LINK_UNIX_FULL_KPROBE, err = -EOPNOTSUPP;

	if (is_chosen(session, begin))
		err = attach_function(session, begin, STREAM_CONNECT_FUNCTION);
	if (!err)
		err = attach_function(session, full, WAIT_FOR_PEER_FUNCTION);
	if (err) {
		note("waits of AF_UNIX clients for room are not seen: %s", strerror(-err));
		detach(&session->hooks.links[begin]);
	}
	session->skel->bss->sees_room_waits = !err;
}
