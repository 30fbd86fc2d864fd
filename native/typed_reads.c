/* SPDX-License-Identifier: MIT */
/* The programs' casts become calls of the kernel's kfunc: typed_reads.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include "session.h"
#include "typed_reads.h"

static bool is_cast(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == A4T_RDONLY_CAST;
}

/* libbpf only hands out instructions for reading. */
static int call_kfunc(struct bpf_program *program, __u32 kfunc)
{
	size_t count = bpf_program__insn_cnt(program);
	struct bpf_insn *insns = malloc(count * sizeof(*insns));
	int err;

	if (!insns)
		return -ENOMEM;
	memcpy(insns, bpf_program__insns(program), count * sizeof(*insns));
	for (size_t i = 0; i < count; i++) {
		if (!is_cast(&insns[i]))
			continue;
		insns[i].src_reg = BPF_PSEUDO_KFUNC_CALL;
		insns[i].imm = kfunc;
	}
	err = bpf_program__set_insns(program, insns, count);
	free(insns);
	return err;
}

int call_rdonly_cast(struct bpf_object *programs, __u32 kfunc)
{
	struct bpf_program *program;
	int err = 0;

	bpf_object__for_each_program(program, programs) if (!err && bpf_program__autoload(program)) err =
		call_kfunc(program, kfunc);
	return err;
}
