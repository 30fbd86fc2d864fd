/*
 * reap FILE COMMAND...: runs the command and writes how it ended to FILE. A shell's status does not
 * distinguish a death by a signal from an exit with the same status.
 */
#include "workload.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_ending(FILE *file, int status)
{
	if (WIFSIGNALED(status))
		fprintf(file, "killed by %d\n", WTERMSIG(status));
	else
		fprintf(file, "exited with %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	FILE *file = argc > 2 ? fopen(argv[1], "we") : NULL;
	pid_t child;
	int status;

	if (!file) {
		fprintf(stderr, "usage: reap FILE COMMAND...\n");
		return EXIT_FAILURE;
	}
	child = check(fork(), "fork");
	if (child == 0) {
		/* Background jobs and nohup ignore these signals, and tests may run in either. */
		signal(SIGHUP, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		execv(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	check(waitpid(child, &status, 0), "waitpid");
	write_ending(file, status);
	return fclose(file) ? EXIT_FAILURE : EXIT_SUCCESS;
}
