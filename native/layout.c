/* SPDX-License-Identifier: MIT */
/* The record layout as the compiler sees it, for the test of the reader's side. */
#include "a4t.h"

#define TEXT(x)			  #x
#define LINE(name, bytes, offset) #name " " TEXT(bytes) " " TEXT(offset) "\n"

/* The headers assert that these numbers are the compiler's. */
static const char layout[] = A4T_EVENT_FIELDS(LINE) A4T_STACK_FIELDS(LINE);

static const char filter_layout[] = A4T_FILTER_FIELDS(LINE);

const char *a4t_filter_layout(void)
{
	return filter_layout;
}

const char *a4t_event_layout(void)
{
	return layout;
}

uint32_t a4t_abi_version(void)
{
	return A4T_ABI_VERSION;
}
