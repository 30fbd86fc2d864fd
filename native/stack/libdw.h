/* SPDX-License-Identifier: MIT */
/*
 * elfutils' libdw, which contains libdwfl and depends on libelf. It is loaded at run time, so that the
 * unwinder also starts without it.
 */
#ifndef STACK_LIBDW_H
#define STACK_LIBDW_H

#include <stdbool.h>
#include <gelf.h>
#include <elfutils/libdwfl.h>

/* The functions that the unwinder calls. */
/* clang-format off */
#define LIBDW_FUNCTIONS(function) \
	function(dwfl_addrmodule) function(dwfl_attach_state) function(dwfl_begin) \
	function(dwfl_build_id_find_debuginfo) function(dwfl_end) function(dwfl_frame_pc) \
	function(dwfl_getthread_frames) function(dwfl_linux_proc_maps_report) \
	function(dwfl_module_addrinfo) function(dwfl_module_getelf) function(dwfl_module_info) \
	function(dwfl_report_begin) function(dwfl_report_end) function(dwfl_report_module) \
	function(dwfl_thread_state_register_pc) function(dwfl_thread_state_registers) \
	function(elf_begin) function(elf_getphdrnum) function(elf_memory) function(elf_version) \
	function(gelf_getphdr)
#define LIBDW_POINTER(name) __typeof__(name) *name;
/* clang-format on */

struct libdw {
	LIBDW_FUNCTIONS(LIBDW_POINTER)
};

/* NULL = not loaded. */
extern const struct libdw *libdw;

/*
 * Loads the library if it is installed. Call this before the process loses the right to open files, and
 * before any stack is unwound. Not thread-safe; can be repeated.
 */
void load_libdw(void);

#endif
