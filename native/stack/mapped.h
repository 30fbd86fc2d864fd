/* SPDX-License-Identifier: MIT */
/* Files that a process has mapped, for libdwfl. */
#ifndef MAPPED_H
#define MAPPED_H

#include <stdbool.h>
#include <elfutils/libdwfl.h>

/* Opens a libdwfl session on process `tgid`. NULL if it has ended or must not be read. */
Dwfl *open_mapped(int tgid);

/* Reads the mappings again. Returns false on failure. */
bool renew_mapped(Dwfl *mapped, int tgid);

/*
 * Sets the process whose files the callbacks find. Call this before libdwfl; the main thread may have ended.
 */
void set_process(int tgid);

#endif
