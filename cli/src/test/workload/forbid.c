/* forbid bpf COMMAND [ARG...]: runs a command in which bpf(2) fails with EPERM. */
#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3 || strcmp(argv[1], "bpf") != 0) {
		fputs("usage: forbid bpf COMMAND [ARG...]\n", stderr);
		return EXIT_FAILURE;
	}
	forbid_call(SYS_bpf, EPERM);
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return EXIT_FAILURE;
}
