/* What the programs of `least` report about a call. */
#ifndef LEAST_H
#define LEAST_H

struct least_event {
	__u64 enter_ns;
	__u64 exit_ns;
	__s64 ret;
	__u32 tgid;
	__u32 tid;
	__s32 fd;    /* first argument */
	__u32 flags; /* fourth argument */
	char comm[16];
};

#endif
