/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the environment that a traced command inherits, including the launcher's variables, which the user
 * may have set to anything. Input: NUL-terminated variables.
 */
#include <unistd.h>
#include "fuzz.h"
#include "process/inheritance.h"

#define MAX_VARIABLES 64

extern char **environ;

/* Splits the input into writable strings, like those of setenv(). */
static size_t split(struct bytes input, char *variables[MAX_VARIABLES])
{
	size_t count = 0;

	while (input.len > 0 && count < MAX_VARIABLES) {
		variables[count] = strndup((const char *)input.at, input.len);
		skip_bytes(&input, strlen(variables[count++]) + 1);
	}
	return count;
}

static bool is_ours(const char *variable)
{
	return !strncmp(variable, A4T_SIGNALS "=", strlen(A4T_SIGNALS "=")) ||
	       !strncmp(variable, A4T_FDS "=", strlen(A4T_FDS "="));
}

static bool is_saved(const char *variable)
{
	char name[64];

	for (size_t i = 0; i < JVM_VARIABLES; i++) {
		snprintf(name, sizeof(name), A4T_ASIDE "%s=", jvm_variables[i]);
		if (!strncmp(variable, name, strlen(name)))
			return true;
	}
	return false;
}

/* Checks that all variables except ours keep their order, and that saved ones get their original names. */
static void check_environment(char **variables, size_t count)
{
	char **environment = inherited_environment();
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		const char *variable = variables[i];

		if (is_ours(variable))
			continue;
		if (is_saved(variable))
			variable += strlen(A4T_ASIDE);
		REQUIRE(environment[at] && !strcmp(environment[at], variable));
		at++;
	}
	REQUIRE(!environment[at]);
	free(environment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *variables[MAX_VARIABLES + 1] = {}, **own = environ;
	size_t count = split((struct bytes){data, size}, variables);
	struct inheritance inherited;

	environ = variables;
	check_environment(variables, count);
	REQUIRE(!read_inheritance(&inherited));
	for (size_t i = 0; i < inherited.fd_count; i++)
		REQUIRE(inherited.fds[i] >= (i ? inherited.fds[i - 1] : 0));
	free_inheritance(&inherited);
	environ = own;
	for (size_t i = 0; i < count; i++)
		free(variables[i]);
	return 0;
}
