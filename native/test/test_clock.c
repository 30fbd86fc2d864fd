/* SPDX-License-Identifier: MIT */
/* Tests of the time zone. */
#include <stdlib.h>
#include <time.h>
#include "a4t.h"
#include "check.h"

#define JANUARY 1767225600 /* 2026-01-01 00:00 UTC */
#define JULY	1782864000 /* 2026-07-01 00:00 UTC */

static int offset_in(const char *zone, int64_t epoch_s)
{
	setenv("TZ", zone, 1);
	tzset();
	return a4t_utc_offset(epoch_s);
}

static void an_offset_can_have_seconds(void)
{
	CHECK_EQ(53 * 60 + 28, offset_in("LMT-0:53:28", JANUARY));
	CHECK_EQ(-(53 * 60 + 28), offset_in("LMT0:53:28", JANUARY));
}

static void a_rule_for_summer_time_is_obeyed(void)
{
	CHECK_EQ(3600, offset_in("CET-1CEST,M3.5.0,M10.5.0/3", JANUARY));
	CHECK_EQ(7200, offset_in("CET-1CEST,M3.5.0,M10.5.0/3", JULY));
}

static void an_unknown_zone_is_utc(void)
{
	CHECK_EQ(0, offset_in("No/Such_Zone", JULY));
}

int main(void)
{
	static const struct test tests[] = {
		{"an offset can have seconds", an_offset_can_have_seconds},
		{"a rule for summer time is obeyed", a_rule_for_summer_time_is_obeyed},
		{"an unknown zone is UTC", an_unknown_zone_is_utc},
	};

	return RUN(tests);
}
