/* SPDX-License-Identifier: MIT */
/*
 * Checks the command line before the Java program parses it. The launcher loads BPF programs in advance only
 * if the command line certainly starts a trace. If the user asks for help, makes a mistake, or uses an option
 * that is unknown here, the launcher must not touch the kernel.
 */
#include <stdlib.h>
#include <string.h>
#include "launcher/guess.h"

/* Flags of a trace. Only -f and -c change the choice of programs; likely_config() handles both. */
#define FLAGS "fqctTrvyYw"

static const char *const formats[] = {"--format=text", "--format=json", "--format=strace", "--format=columns",
				      "--format=raw"};

struct plain {
	int flags[128]; /* how often each letter was given */
	int processes, all, command;
};

/* Skips a number of at most nine digits without a leading zero; NULL if there is none. */
static const char *after_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits <= 9 && *text != '0' ? text + digits : NULL;
}

static bool is_number(const char *text)
{
	const char *end = after_number(text);

	return end && !*end;
}

/* Whether this is a process id or an ordinary name. A wrong "no" only makes the start slower. */
static bool is_process(const char *text)
{
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

	return is_number(text) || (strspn(text, name) == strlen(text) && strcspn(text, "0123456789_.-"));
}

static bool is_duration(const char *text)
{
	const char *unit = after_number(text);

	return unit && (!*unit || !strcmp(unit, "ms") || !strcmp(unit, "s"));
}

static bool is_format(const char *word)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(word, formats[i]))
			return true;
	return false;
}

static bool take_flags(struct plain *plain, const char *letters)
{
	if (!*letters || letters[strspn(letters, FLAGS)])
		return false;
	for (; *letters; letters++)
		plain->flags[(int)*letters]++;
	return true;
}

/* Whether a command begins with this word. A bare number is an error. */
static bool is_command(const char *word, const char *next)
{
	return strcmp(word, "--") ? word[0] != '-' && word[strspn(word, "0123456789")] : next != NULL;
}

/* Returns the number of words of the option, including its value; 0 if the option is not known. */
static int take_option(struct plain *plain, const char *word, const char *value)
{
	if (!strcmp(word, "-p") && value && is_process(value)) {
		plain->processes++;
		return 2;
	}
	if ((!strcmp(word, "-o") && value && *value && *value != '-' && ++plain->flags['o'] == 1) ||
	    (!strcmp(word, "--duration") && value && is_duration(value)) ||
	    (!strcmp(word, "--count") && value && is_number(value)))
		return 2;
	if (!strcmp(word, "--all") || !strcmp(word, "--no-fold") || is_format(word)) {
		plain->all |= !strcmp(word, "--all");
		return 1;
	}
	return word[0] == '-' && take_flags(plain, word + 1) ? 1 : 0;
}

bool is_plain_trace(int argc, char **argv)
{
	struct plain plain = {};

	for (int i = 1; i < argc && !plain.command;) {
		int taken = take_option(&plain, argv[i], argv[i + 1]);

		plain.command = is_command(argv[i], argv[i + 1]);
		if (!taken && !plain.command)
			return false;
		i += taken;
	}
	return !!plain.processes + plain.all + plain.command == 1 && plain.flags['f'] <= 1 &&
	       plain.flags['t'] <= 3;
}

bool asks_for(const char *option, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], option))
			return true;
	return false;
}

/* Summaries also count refused connections, and connections that are lost when their listener is closed. */
static const uint32_t summary_calls = A4T_DEFAULT_CALLS | A4T_CALL_REFUSED | A4T_CALL_CLOSED;

struct a4t_config likely_config(int argc, char **argv)
{
	bool follow = asks_for("-f", argc, argv), many = follow || asks_for("--all", argc, argv);

	return (struct a4t_config){
		.ring_bytes = 4 * 1024 * 1024,
		.max_calls = many ? 16384 : 4096,
		.max_targets = follow ? 65536 : 64,
		.follow = follow,
		.filter.calls = asks_for("-c", argc, argv) ? summary_calls : 0,
	};
}
