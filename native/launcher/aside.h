/* SPDX-License-Identifier: MIT */
/*
 * What the launcher puts aside in the environment, and a traced command gets
 * back: it must find the world as it was when accept4-trace was started.
 */
#ifndef ASIDE_H
#define ASIDE_H

#include <signal.h>

/*
 * Would change our runtime's behaviour and make it print notes of its own, and elfutils ask servers for debug
 * information while the trace waits; kept under another name.
 */
static const char *const jvm_variables[] = {
	"JAVA_TOOL_OPTIONS",	"JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS",
	"_JAVA_LAUNCHER_DEBUG", "CLASSPATH",	    "JAVA_HOME",     "DEBUGINFOD_URLS",
};

#define JVM_VARIABLES (sizeof(jvm_variables) / sizeof(jvm_variables[0]))
#define A4T_ASIDE     "ACCEPT4_TRACE_ASIDE_"

/* The signals that were ignored and those that were blocked: bit n-1 is signal n. */
#define A4T_SIGNALS	   "ACCEPT4_TRACE_SIGNALS"
#define A4T_SIGNALS_FORMAT "%llx,%llx"
#define A4T_LAST_SIGNAL	   64

/* The file descriptors that were open, ascending, each followed by a comma. */
#define A4T_FDS "ACCEPT4_TRACE_FDS"

/*
 * Makes each of our threads give up root's rights; see process/confine.c. Not a real-time signal: the kernel
 * refuses these when the limit of queued signals is reached. Neither the C library nor the JVM uses SIGURG.
 */
#define A4T_CONFINE_SIGNAL SIGURG

#endif
