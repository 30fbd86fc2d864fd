/* SPDX-License-Identifier: MIT */
/* This process as a Java virtual machine: what the JDK's own `java` does, as far as it is needed here. */
#include <dlfcn.h>
#include <jni.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "launcher.h"

/* What the JDK gives its first thread on all Linux processors. */
#define STACK_BYTES (1024 * 1024)
#define START	    "start its runtime"

typedef jint (*create_vm)(JavaVM **vm, void **env, void *args);

static pthread_t java_thread;

static create_vm find_create_vm(const char *jvm)
{
	void *library = dlopen(jvm, RTLD_NOW | RTLD_GLOBAL);
	create_vm create = library ? (create_vm)dlsym(library, "JNI_CreateJavaVM") : NULL;

	if (!create)
		fail(START, dlerror());
	return create;
}

static JNIEnv *create_machine(const struct java *java)
{
	JavaVMInitArgs args = {.version = JNI_VERSION_10, .nOptions = java->option_count};
	create_vm create = find_create_vm(java->jvm);
	JNIEnv *env;
	JavaVM *vm;

	args.options = calloc(java->option_count, sizeof(*args.options));
	for (size_t i = 0; args.options && i < java->option_count; i++)
		args.options[i].optionString = java->options[i];
	populate_mappings(true);
	if (!args.options || create(&vm, (void **)&env, &args) != JNI_OK)
		fail(START, "the Java virtual machine does not start");
	populate_mappings(false);
	free(args.options);
	return env;
}

static bool is_ascii(const char *word)
{
	while (*word > 0)
		word++;
	return !*word;
}

/* As the JDK decodes arguments and names of files. */
static jstring decode(JNIEnv *env, const char *word)
{
	jclass strings = (*env)->FindClass(env, "java/lang/String"),
	       system = (*env)->FindClass(env, "java/lang/System");
	jmethodID decoded = (*env)->GetMethodID(env, strings, "<init>", "([BLjava/lang/String;)V");
	jmethodID property = (*env)->GetStaticMethodID(env, system, "getProperty",
						       "(Ljava/lang/String;)Ljava/lang/String;");
	jstring name = (*env)->NewStringUTF(env, "sun.jnu.encoding");
	jobject encoding = (*env)->CallStaticObjectMethod(env, system, property, name);
	jbyteArray bytes = (*env)->NewByteArray(env, strlen(word));

	(*env)->SetByteArrayRegion(env, bytes, 0, strlen(word), (const jbyte *)word);
	return (*env)->NewObject(env, strings, decoded, bytes, encoding);
}

static jobjectArray arguments(JNIEnv *env, const struct java *java)
{
	jclass strings = (*env)->FindClass(env, "java/lang/String");
	jobjectArray words = (*env)->NewObjectArray(env, java->word_count, strings, NULL);

	for (size_t i = 0; i < java->word_count; i++) {
		const char *word = java->words[i];
		jstring text = is_ascii(word) ? (*env)->NewStringUTF(env, word) : decode(env, word);

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
		fail(START, "the program is not in it");
	(*env)->CallStaticVoidMethod(env, class, method, arguments(env, java));
	/* It ends the process: to return it must have thrown. */
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
		fail(START, strerror(err));
}

void wait_for_java(void)
{
	pthread_join(java_thread, NULL);
	_exit(1);
}
