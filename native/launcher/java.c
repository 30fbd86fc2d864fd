/* SPDX-License-Identifier: MIT */
/* Runs a JVM in this process, as the JDK's `java` command does. */
#include <dlfcn.h>
#include <errno.h>
#include <jni.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "launcher/launcher.h"

#define STACK_BYTES (1024 * 1024) /* the main thread's stack in the JDK, on all Linux processors */
#define START	    "start its runtime"

typedef jint (*create_vm)(JavaVM **vm, void **env, void *args);

static pthread_t java_thread;

/* Each library follows those that it depends on. */
static const char *const shipped_libraries[] = {"libgcc_s.so.1", "libstdc++.so.6"};

/*
 * Loads libraries that the portable archive contains, so that libjvm.so does not need those of the system. An
 * installation without them uses those of the system.
 */
static void load_shipped_libraries(const char *folder)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(shipped_libraries) / sizeof(shipped_libraries[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, shipped_libraries[i]);
		if (!access(path, R_OK))
			dlopen(path, RTLD_NOW);
	}
}

static create_vm find_create_vm(const struct java *java)
{
	void *library;
	create_vm create;

	load_shipped_libraries(java->libraries);
	library = dlopen(java->jvm, RTLD_NOW | RTLD_GLOBAL);
	create = library ? (create_vm)dlsym(library, "JNI_CreateJavaVM") : NULL;

	if (!create)
		fail(START, dlerror());
	return create;
}

static JNIEnv *create_machine(const struct java *java)
{
	JavaVMInitArgs args = {.version = JNI_VERSION_10, .nOptions = java->option_count};
	create_vm create = find_create_vm(java);
	JNIEnv *env;
	JavaVM *vm;

	args.options = calloc(java->option_count, sizeof(*args.options));
	for (size_t i = 0; args.options && i < java->option_count; i++)
		args.options[i].optionString = java->options[i];
	populate_mappings(true);
	capture_output();
	if (!args.options || create(&vm, (void **)&env, &args) != JNI_OK) {
		report_failed_start();
		fail(START, "the Java virtual machine does not start");
	}
	release_output();
	populate_mappings(false);
	free(args.options);
	return env;
}

/*
 * Returns a string whose characters have the values of the bytes of `word`. NewStringUTF() takes UTF-8, in
 * which characters from 0x80 to 0xFF have two bytes.
 */
static jstring string_of_bytes(JNIEnv *env, const char *word)
{
	char *text = malloc(2 * strlen(word) + 1), *end = text;
	jstring string;

	if (!text)
		fail(START, strerror(ENOMEM));
	for (; *word; word++) {
		unsigned char byte = *word;

		if (byte < 0x80) {
			*end++ = byte;
		} else {
			*end++ = 0xc0 | byte >> 6;
			*end++ = 0x80 | (byte & 0x3f);
		}
	}
	*end = '\0';
	string = (*env)->NewStringUTF(env, text);
	free(text);
	return string;
}

static jobjectArray arguments(JNIEnv *env, const struct java *java)
{
	jclass strings = (*env)->FindClass(env, "java/lang/String");
	jobjectArray words = (*env)->NewObjectArray(env, java->word_count, strings, NULL);

	for (size_t i = 0; i < java->word_count; i++) {
		jstring text = string_of_bytes(env, java->words[i]);

		(*env)->SetObjectArrayElement(env, words, i, text);
		(*env)->DeleteLocalRef(env, text);
	}
	return words;
}

static void *run_java(void *about)
{
	const struct java *java = about;
	JNIEnv *env = create_machine(java);
	jclass class = (*env)->FindClass(env, java->main_class);
	jmethodID method =
		class ? (*env)->GetStaticMethodID(env, class, "main", "([Ljava/lang/String;)V") : NULL;

	if (!method)
		fail(START, "the program's main class is missing");
	(*env)->CallStaticVoidMethod(env, class, method, arguments(env, java));
	/* main() ends the process. If it returns, it has thrown an exception. */
	(*env)->ExceptionDescribe(env);
	_exit(1);
}

void start_java(const struct java *java)
{
	pthread_attr_t attributes;
	int err;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	err = pthread_create(&java_thread, &attributes, run_java, (void *)java);
	if (err)
		fail_with_hint(START, strerror(err), LIMITS_HINT);
}

void wait_for_java(void)
{
	pthread_join(java_thread, NULL);
	_exit(1);
}
