/* SPDX-License-Identifier: MIT */
/* The files that a process has mapped, as libdwfl knows them. */
#ifndef MAPPED_H
#define MAPPED_H

#include <stdbool.h>
#include <elfutils/libdwfl.h>

/* Opens a session on process `tgid`; NULL when it has ended or may not be looked at. */
Dwfl *open_mapped(int tgid);

/* Looks again what is mapped by now. */
bool renew_mapped(Dwfl *mapped, int tgid);

/* While libdwfl is at work: whose files it is to find. That process's main thread may have ended. */
void look_at(int tgid);

#endif
