/* SPDX-License-Identifier: MIT */
#include "stack/libdw.h"
#include <dlfcn.h>

const struct libdw *libdw;

static struct libdw functions;

struct symbol {
	const char *name;
	void **function;
};

#define LIBDW_SYMBOL(name) {#name, (void **)&functions.name},

static const struct symbol symbols[] = {LIBDW_FUNCTIONS(LIBDW_SYMBOL)};

/* Loads everything that the library depends on, too, because the worker cannot open files later. */
void load_libdw(void)
{
	void *library = libdw ? NULL : dlopen("libdw.so.1", RTLD_NOW);

	if (!library)
		return;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		*symbols[i].function = dlsym(library, symbols[i].name);
		if (!*symbols[i].function) {
			dlclose(library);
			return;
		}
	}
	libdw = &functions;
}
