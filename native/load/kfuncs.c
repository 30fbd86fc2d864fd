/* SPDX-License-Identifier: MIT */
#include "load/kfuncs.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>

/* If the instruction is a placeholder call (see kfuncs.h), returns the BTF id of the kfunc that replaces it,
 * else 0. */
static __u32 kfunc_of(const struct bpf_insn *insn, const __u32 functions[FUNCTIONS])
{
	if (insn->code != (BPF_JMP | BPF_CALL) || insn->src_reg)
		return 0;
	switch (insn->imm) {
#define KFUNC(name, number) \
	case number:        \
		return functions[FUNCTION_##name];
		A4T_KFUNCS(KFUNC)
#undef KFUNC
	default:
		return 0;
	}
}

/* Works on a copy, because libbpf's instructions are read-only. */
static int call_in(struct bpf_program *program, const __u32 functions[FUNCTIONS])
{
	size_t count = bpf_program__insn_cnt(program);
	struct bpf_insn *insns = malloc(count * sizeof(*insns));
	int err;

	if (!insns)
		return -ENOMEM;
	memcpy(insns, bpf_program__insns(program), count * sizeof(*insns));
	for (size_t i = 0; i < count; i++) {
		__u32 kfunc = kfunc_of(&insns[i], functions);

		if (!kfunc)
			continue;
		insns[i].src_reg = BPF_PSEUDO_KFUNC_CALL;
		insns[i].imm = kfunc;
	}
	err = bpf_program__set_insns(program, insns, count);
	free(insns);
	return err;
}

int call_kfuncs(struct bpf_object *programs, const __u32 functions[FUNCTIONS])
{
	struct bpf_program *program;
	int err = 0;

	bpf_object__for_each_program(program, programs)
	{
		if (!err && bpf_program__autoload(program))
			err = call_in(program, functions);
	}
	return err;
}
