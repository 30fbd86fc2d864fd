/* SPDX-License-Identifier: MIT */
/* Indexes of registers in struct pt_regs, in words. */
#ifndef BASE_REGISTERS_H
#define BASE_REGISTERS_H

#if defined(__x86_64__)
#define STACK_POINTER	19
#define PROGRAM_COUNTER 16
#elif defined(__aarch64__)
#define STACK_POINTER	31
#define PROGRAM_COUNTER 32
#else
#error "the registers of this processor are missing"
#endif

#endif
