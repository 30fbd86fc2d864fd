#!/bin/sh
# Checks that only programs of the expected kinds use the per-CPU buffers (enum scratch_slot in bpf/maps.bpf.h). Every
# kernel can preempt programs of other kinds, and another program could then overwrite the buffer. The section of a
# program shows its kind.
# Usage: scratch.sh BPF_OBJECT
set -eu

# Prints the section of each program that refers to a map of buffers.
users() {
    llvm-objdump -r "$1" |
        awk '/^RELOCATION RECORDS FOR/ { section = $4 } $NF ~ /^(waited_)?scratch$/ { print section }' |
        grep -v BTF | sort -u
}

expected='[raw_tp/inet_sock_set_state]:
[raw_tp/sched_process_exit]:
[raw_tp/tcp_destroy_sock]:
[tracepoint]:'
if [ "$(users "$1")" = "$expected" ]; then
    echo 'ok: programs that every kernel can preempt use no per-CPU buffers'
    echo '1 passed, 0 failed, 0 skipped'
else
    printf 'FAILED: users of per-CPU buffers: expected\n%s\nfound\n%s\n' "$expected" "$(users "$1")"
    echo '0 passed, 1 failed, 0 skipped'
    exit 1
fi
