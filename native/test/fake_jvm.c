/* SPDX-License-Identifier: MIT */
/* A libjvm that runs no Java: it prints what A4T_TELL asks for, of how it was started. */
#include <fcntl.h>
#include <jni.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Classes, methods and strings of this machine are their texts. */
#define OBJECT(text) ((void *)(text))

#define OPTIONS "options "

static const char *words[64];
static int word_count;
static const char *archive; /* mapped while this machine started */

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

static jobject JNICALL get_property(JNIEnv *env, jclass class, jmethodID method, ...)
{
	(void)env, (void)class, (void)method;
	return OBJECT("UTF-8");
}

static jstring JNICALL new_string(JNIEnv *env, const char *text)
{
	(void)env;
	return OBJECT(text);
}

static jbyteArray JNICALL new_bytes(JNIEnv *env, jsize size)
{
	(void)env;
	return calloc(1, size + 1);
}

static void JNICALL set_bytes(JNIEnv *env, jbyteArray array, jsize from, jsize size, const jbyte *bytes)
{
	(void)env;
	memcpy((char *)array + from, bytes, size);
}

static jobject JNICALL new_object(JNIEnv *env, jclass class, jmethodID method, ...)
{
	va_list args;
	jobject bytes;

	(void)env, (void)class;
	va_start(args, method);
	bytes = va_arg(args, jobject);
	va_end(args);
	return bytes;
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

static void tell_words(void)
{
	for (int i = 0; i < word_count; i++)
		printf("[%s]", words[i]);
}

/* Of "options PART" those that contain the part. */
static void tell_options(const JavaVMInitArgs *args)
{
	const char *what = getenv("A4T_TELL"), *part = what + strlen(OPTIONS);

	for (int i = 0; i < args->nOptions && !strncmp(what, OPTIONS, strlen(OPTIONS)); i++)
		if (strstr(args->options[i].optionString, part))
			puts(args->options[i].optionString);
}

/* Runs a shell command, whose parent this process is. */
static void ask_shell(const char *command)
{
	fflush(stdout);
	if (system(command))
		exit(1);
}

/* As libjvm.so maps its archive of classes: to be written to, which it does not do here. */
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

static void tell_copies(void)
{
	printf("starting: %s, started: %s\n", has_page_of_its_own(archive) ? "copied" : "mapped",
	       has_page_of_its_own(map_copy()) ? "copied" : "mapped");
}

static void JNICALL run_main(JNIEnv *env, jclass class, jmethodID method, ...)
{
	const char *what = getenv("A4T_TELL");

	(void)env, (void)class, (void)method;
	if (!strcmp(what, "arguments"))
		tell_words();
	else if (!strcmp(what, "copies"))
		tell_copies();
	else if (!strcmp(what, "throw"))
		return;
	else if (strncmp(what, OPTIONS, strlen(OPTIONS)))
		ask_shell(what);
	exit(0);
}

static const struct JNINativeInterface_ functions = {
	.FindClass = find_class,
	.GetMethodID = find_method,
	.GetStaticMethodID = find_method,
	.CallStaticObjectMethod = get_property,
	.CallStaticVoidMethod = run_main,
	.NewStringUTF = new_string,
	.NewByteArray = new_bytes,
	.SetByteArrayRegion = set_bytes,
	.NewObject = new_object,
	.NewObjectArray = new_array,
	.SetObjectArrayElement = set_element,
	.DeleteLocalRef = forget,
	.ExceptionDescribe = describe,
};

static JNIEnv environment = &functions;

JNIEXPORT jint JNICALL JNI_CreateJavaVM(JavaVM **vm, void **env, void *args)
{
	(void)vm;
	archive = map_copy();
	tell_options(args);
	*env = &environment;
	return JNI_OK;
}
