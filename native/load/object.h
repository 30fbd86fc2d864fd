/* SPDX-License-Identifier: MIT */
/*
 * The embedded BPF object. The generated header contains the object's 3 MB as a string in a static function.
 * So the object is only opened here: each source file that opened it by itself would add another copy of the
 * string to the library and to its memory.
 */
#ifndef LOAD_OBJECT_H
#define LOAD_OBJECT_H

struct accept4_trace;

/*
 * Opens the BPF object. `btf_path` is a file with the kernel's types, or NULL for the kernel's own file.
 * Returns NULL with errno set on failure. The caller must destroy the object. Thread-safe.
 */
struct accept4_trace *open_object(const char *btf_path);

/*
 * Gives back the memory that only loading needs: the pages of the embedded object, which the kernel reads
 * from the file again if necessary, and the heap that libbpf has freed. Thread-safe.
 */
void give_back_memory(void);

#endif
