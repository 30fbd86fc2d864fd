/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The layout table: which structs, enums and numbers Java shares with C.
 *
 * Each header ends with its part of the table: A4T_FIELDS_<struct> lists the members of a shared struct,
 * A4T_VALUES_<enum> the values of a shared enum, and A4T_NUMBERS_<header> other numbers. At build time,
 * native/layout/ makes two things from these lists: the Java constants, and a hash by which Java recognizes
 * a library of the same build.
 *
 * A4T_ALL_FIELDS and A4T_ALL_VALUES stop the compilation if a list is incomplete. They also reject a struct
 * with holes. Padding is therefore explicit, and the layout is the same on every 64-bit processor and in BPF.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#define A4T_FIELD_BYTES(type, member) +sizeof(((struct type *)0)->member)
#define A4T_ALL_FIELDS(type)                                                              \
	_Static_assert(0 A4T_FIELDS_##type(A4T_FIELD_BYTES, type) == sizeof(struct type), \
		       "A4T_FIELDS_" #type " must list every byte of the struct once")

/* -Wswitch reports a value that has no case in this function. */
#define A4T_VALUE_CASE(value) case value:
#define A4T_ALL_VALUES(type)                                        \
	static inline int type##_is_listed(enum type value)         \
	{                                                           \
		switch (value) {                                    \
			A4T_VALUES_##type(A4T_VALUE_CASE) return 1; \
		}                                                   \
		return 0;                                           \
	}                                                           \
	_Static_assert(1, "requires the semicolon after the macro")

#define A4T_ONE(value)	   +1
#define A4T_COUNT_OF(type) (0 A4T_VALUES_##type(A4T_ONE))

#endif
