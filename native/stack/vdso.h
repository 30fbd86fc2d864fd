/* SPDX-License-Identifier: MIT */
/*
 * The vDSO: code of the kernel in each process. libdwfl would read it from the memory of the process, which
 * we may not do. All 64-bit processes have the same one, so we read our own.
 */
#ifndef VDSO_H
#define VDSO_H

#include <stdio.h>
#include "stack/libdw.h"

/* Reports the vDSO of process `tgid` to libdwfl if it is in `maps`, the memory maps of the process. */
void report_vdso(Dwfl *dwfl, int tgid, FILE *maps);

/* Returns NULL if there is none. */
Elf *read_vdso(void);

#endif
