/* SPDX-License-Identifier: MIT */
/* Tests of the filter that the BPF programs get for a configuration. */
#include <sys/socket.h>
#include "check.h"
#include "load/programs.h"
#include "state.h"

static struct a4t_filter filter_of(uint32_t calls, uint32_t set)
{
	struct a4t_config config = {.filter.calls = calls, .filter.set = set};

	return effective_filter(&config);
}

static void accept4_and_accept_are_the_default(void)
{
	CHECK_EQ(A4T_CALL_ACCEPT4 | A4T_CALL_ACCEPT, filter_of(0, 0).calls);
	CHECK_EQ(A4T_CALL_ACCEPT4, filter_of(A4T_CALL_ACCEPT4, 0).calls);
	CHECK_EQ(A4T_CALL_ACCEPT, filter_of(A4T_CALL_ACCEPT, 0).calls);
}

static void plain_accepts_are_not_checked(void)
{
	CHECK_EQ(0, filter_of(0, 0).any);
	CHECK_EQ(0, filter_of(A4T_CALL_ACCEPT4 | A4T_CALL_ACCEPT, 0).any);
	CHECK_EQ(0, filter_of(A4T_CALL_ACCEPT4, 0).any);
}

/* The programs of accept4 are always attached, so each call must be checked if accept4 is not wanted. */
static void other_sets_of_calls_and_filters_are_checked(void)
{
	CHECK_EQ(1, filter_of(A4T_CALL_ACCEPT, 0).any);
	CHECK_EQ(1, filter_of(A4T_CALL_ACCEPT4 | A4T_CALL_IO_URING, 0).any);
	CHECK_EQ(1, filter_of(A4T_CALL_ACCEPT4 | A4T_CALL_POLL, 0).any);
	CHECK_EQ(1, filter_of(0, A4T_FILTER_UID).any);
	CHECK_EQ(1, filter_of(A4T_CALL_ACCEPT4, A4T_FILTER_STATUS).any);
}

static bool wants_unix(struct a4t_filter filter)
{
	struct a4t_config config = {.filter = filter};
	struct a4t session = {};

	want(&session, &config);
	return session.wanted.unix_listeners;
}

static bool wants_tcp(struct a4t_filter filter)
{
	struct a4t_config config = {.filter = filter};
	struct a4t session = {};

	want(&session, &config);
	return session.wanted.tcp_listeners;
}

/* The hooks of AF_UNIX are only attached if their results can be shown. */
static void filters_of_ip_exclude_unix_sockets(void)
{
	CHECK(wants_unix((struct a4t_filter){}));
	CHECK(wants_unix((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_UNIX}));
	CHECK(wants_unix((struct a4t_filter){.name_count = 1}));
	CHECK(wants_unix((struct a4t_filter){.name_count = 1, .listener_count = 1}));
	CHECK(!wants_unix((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_INET}));
	CHECK(!wants_unix((struct a4t_filter){.listener_count = 1}));
	CHECK(!wants_unix((struct a4t_filter){.port_count = 1}));
	CHECK(!wants_unix((struct a4t_filter){.peer_count = 1}));
}

static void filters_of_names_exclude_tcp(void)
{
	CHECK(wants_tcp((struct a4t_filter){}));
	CHECK(wants_tcp((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_INET6}));
	CHECK(wants_tcp((struct a4t_filter){.port_count = 1}));
	CHECK(wants_tcp((struct a4t_filter){.name_count = 1, .listener_count = 1}));
	CHECK(!wants_tcp((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_UNIX}));
	CHECK(!wants_tcp((struct a4t_filter){.set = A4T_FILTER_FAMILY, .family = AF_VSOCK}));
	CHECK(!wants_tcp((struct a4t_filter){.name_count = 1}));
}

int main(void)
{
	static const struct test tests[] = {
		{"accept4 and accept are the default", accept4_and_accept_are_the_default},
		{"plain accepts are not checked", plain_accepts_are_not_checked},
		{"other sets of calls and filters are checked", other_sets_of_calls_and_filters_are_checked},
		{"filters of IP exclude AF_UNIX sockets", filters_of_ip_exclude_unix_sockets},
		{"filters of names exclude TCP", filters_of_names_exclude_tcp},
	};

	return RUN(tests);
}
