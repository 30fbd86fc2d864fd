/* SPDX-License-Identifier: MIT */
/* A libjvm that does not run Java. It prints what A4T_PRINT asks for, e.g. how it was started. */
#include <fcntl.h>
#include <jni.h>
#include <langinfo.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Classes, methods and strings of this JVM are plain C strings. */
#define OBJECT(text) ((void *)(text))

#define OPTIONS	    "options "
#define PATH	    "path "
#define FAIL	    "fail "
#define MAX_OPTIONS 128

static const char *options[MAX_OPTIONS];
static int option_count;
static const char *words[64];
static int word_count;
static const char *archive; /* mapped while this JVM started */

static jclass JNICALL find_class(JNIEnv *env, const char *name)
{
	(void)env;
	return OBJECT(name);
}

static jmethodID JNICALL find_method(JNIEnv *env, jclass class, const char *name, const char *signature)
{
	(void)env, (void)class, (void)signature;
	return OBJECT(name);
}

/* Converts UTF-8 to ISO-8859-1. All characters are at most 0xff. */
static jstring JNICALL new_string(JNIEnv *env, const char *text)
{
	char *bytes = calloc(1, strlen(text) + 1), *end = bytes;

	(void)env;
	while (*text) {
		bool two = (*text & 0xe0) == 0xc0;

		*end++ = two ? (text[0] & 3) << 6 | (text[1] & 0x3f) : *text;
		text += two ? 2 : 1;
	}
	return OBJECT(bytes);
}

static jobjectArray JNICALL new_array(JNIEnv *env, jsize size, jclass class, jobject initial)
{
	(void)env, (void)class, (void)initial;
	word_count = size;
	return OBJECT(words);
}

static void JNICALL set_element(JNIEnv *env, jobjectArray array, jsize index, jobject element)
{
	(void)env, (void)array;
	words[index] = OBJECT(element);
}

static void JNICALL forget(JNIEnv *env, jobject object)
{
	(void)env, (void)object;
}

static void JNICALL describe(JNIEnv *env)
{
	(void)env;
	fputs("described\n", stderr);
}

static void print_words(void)
{
	for (int i = 0; i < word_count; i++)
		printf("[%s]", words[i]);
}

static void keep_options(const JavaVMInitArgs *args)
{
	for (int i = 0; i < args->nOptions && i < MAX_OPTIONS; i++)
		options[option_count++] = args->options[i].optionString;
}

static void print_options(const char *part)
{
	for (int i = 0; i < option_count; i++)
		if (strstr(options[i], part))
			puts(options[i]);
}

/* Prints the results of C library functions that a real JVM calls, too. */
static void print_world(void)
{
	char folder[PATH_MAX], *found = getcwd(folder, sizeof(folder));

	printf("%s %s\n", nl_langinfo(CODESET), found ? found : "nowhere");
}

/* Resolves `path` as libjvm.so resolves its own path. */
static void print_path(const char *path)
{
	char resolved[PATH_MAX];

	puts(realpath(path, resolved) ? resolved : "none");
}

/* Runs a shell command as a child of this process. */
static void ask_shell(const char *command)
{
	fflush(stdout);
	if (system(command))
		exit(1);
}

/*
 * Maps a file writable and private, as libjvm.so maps its CDS archive, but does not write to it. So the
 * kernel copies the page only if the launcher's mmap() populates the mapping.
 */
static const char *map_copy(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	void *copy = mmap64(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	close(fd);
	return copy == MAP_FAILED ? NULL : copy;
}

/* Documentation/admin-guide/mm/pagemap.rst */
#define PRESENT (1ULL << 63)
#define OF_FILE (1ULL << 61)

static bool has_page_of_its_own(const char *copy)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t page = OF_FILE;

	if (pread(fd, &page, sizeof(page), (uintptr_t)copy / getpagesize() * sizeof(page)) < 0)
		perror("pagemap");
	close(fd);
	return (page & (PRESENT | OF_FILE)) == PRESENT;
}

static void print_copies(void)
{
	printf("starting: %s, started: %s\n", has_page_of_its_own(archive) ? "copied" : "mapped",
	       has_page_of_its_own(map_copy()) ? "copied" : "mapped");
}

static void JNICALL run_main(JNIEnv *env, jclass class, jmethodID method, ...)
{
	const char *what = getenv("A4T_PRINT");

	(void)env, (void)class, (void)method;
	if (!strcmp(what, "arguments"))
		print_words();
	else if (!strcmp(what, "copies"))
		print_copies();
	else if (!strcmp(what, "throw"))
		return;
	else if (!strcmp(what, "world"))
		print_world();
	else if (!strncmp(what, PATH, strlen(PATH)))
		print_path(what + strlen(PATH));
	else if (!strncmp(what, OPTIONS, strlen(OPTIONS)))
		print_options(what + strlen(OPTIONS));
	else
		ask_shell(what);
	exit(0);
}

static const struct JNINativeInterface_ functions = {
	.FindClass = find_class,
	.GetMethodID = find_method,
	.GetStaticMethodID = find_method,
	.CallStaticVoidMethod = run_main,
	.NewStringUTF = new_string,
	.NewObjectArray = new_array,
	.SetObjectArrayElement = set_element,
	.DeleteLocalRef = forget,
	.ExceptionDescribe = describe,
};

static JNIEnv environment = &functions;

JNIEXPORT jint JNICALL JNI_CreateJavaVM(JavaVM **vm, void **env, void *args)
{
	const char *what = getenv("A4T_PRINT");

	(void)vm;
	if (!strncmp(what, FAIL, strlen(FAIL))) {
		printf("%s", what + strlen(FAIL));
		fflush(stdout);
		if (strstr(what, "abruptly"))
			_exit(1);
		exit(1);
	}
	archive = map_copy();
	keep_options(args);
	*env = &environment;
	return JNI_OK;
}
