/* SPDX-License-Identifier: MIT */
/*
 * State that the launcher saves in the environment, and that process/inheritance.c restores for a traced
 * command. The command must find everything as it was when accept4-trace was started.
 */
#ifndef SAVED_H
#define SAVED_H

#include <signal.h>

/*
 * Variables that are saved under another name. DEBUGINFOD_URLS would make elfutils query servers while the
 * trace waits. The others would change the behavior of our runtime and make it print notes.
 */
static const char *const jvm_variables[] = {
	"JAVA_TOOL_OPTIONS",	"JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS",
	"_JAVA_LAUNCHER_DEBUG", "CLASSPATH",	    "JAVA_HOME",     "DEBUGINFOD_URLS",
};

#define JVM_VARIABLES (sizeof(jvm_variables) / sizeof(jvm_variables[0]))
#define A4T_ASIDE     "ACCEPT4_TRACE_ASIDE_"

/* Masks of the ignored and of the blocked signals; bit n-1 is signal n. */
#define A4T_SIGNALS	   "ACCEPT4_TRACE_SIGNALS"
#define A4T_SIGNALS_FORMAT "%llx,%llx"
#define A4T_LAST_SIGNAL	   64

/* The file descriptors that were open when the launcher began, ascending, each followed by a comma. */
#define A4T_FDS "ACCEPT4_TRACE_FDS"

/*
 * Sent to each of our threads to make it drop root's privileges; see process/confine.c. A real-time signal
 * would not do, because the kernel refuses those when the limit of queued signals is reached. Neither the C
 * library nor the JVM uses SIGURG.
 */
#define A4T_CONFINE_SIGNAL SIGURG

#endif
