#!/bin/sh
# Checks that shipped binaries were built with protections against exploits of memory errors.
# Usage: hardening.sh BINARY...
set -eu
passed=0
failed=0

# check WHAT BINARY COMMAND...
check() {
    what=$1 binary=$2
    shift 2
    if "$@" >/dev/null 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s has no %s\n' "$binary" "$what"
    fi
}

headers() { readelf -lW "$1" | grep -E "$2"; }
dynamic() { readelf -dW "$1" | grep -E "$2"; }
imports() { nm -D --undefined-only "$1" | grep -E "$2"; }
# A program also passes if it calls no function that has a checked variant.
checked_strings() {
    imports "$1" '__[a-z]+_chk(@|$)' || ! imports "$1" ' (mem(cpy|move|set)|str[a-z]*(cpy|cat)|[a-z]*printf)(@|$)'
}
writable_stack_only() { headers "$1" 'GNU_STACK .* RW +0x'; }
# Checks that each global function begins with a landing pad for indirect calls: endbr64 (IBT) on x86, bti or paciasp
# (BTI) on arm64. Skips the start-up functions, which are from the C library. Does not check the mark in the ELF notes
# instead, because the mark also depends on the start-up functions.
branch_protection() {
    { nm --defined-only "$1" && objdump -d --no-show-raw-insn "$1"; } | awk '
        $2 == "T" && $3 !~ /^_(start|init|fini)$/ { wanted["<" $3 ">:"] = 1; count++ }
        first && !/endbr64|bti|paciasp/ { bare++ }
        { first = $2 in wanted }
        END { exit bare || !count }'
}

for binary; do
    check 'read-only relocations' "$binary" headers "$binary" GNU_RELRO
    check 'immediate binding' "$binary" dynamic "$binary" 'BIND_NOW|FLAGS_1.*NOW'
    check 'non-executable stack' "$binary" writable_stack_only "$binary"
    check 'stack protector' "$binary" imports "$binary" __stack_chk_fail
    check 'checked string functions' "$binary" checked_strings "$binary"
    check 'branch protection' "$binary" branch_protection "$binary"
    check 'position-independent code' "$binary" sh -c "readelf -hW '$binary' | grep 'Type: *DYN'"
done
[ $failed -ne 0 ] || echo "ok: shipped binaries are hardened"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
