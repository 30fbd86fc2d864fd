#!/bin/sh
# Checks that make builds a program again if the flags have changed, and only then. Usage: rebuild.sh OUT
set -eu

out=$1/rebuild
failed=0

# Prints whether make has replaced the program.
build() {
    before=$(stat -c %i-%y "$out/demo-server" 2>/dev/null) || :
    # The make that runs the tests must not influence this one.
    MAKEFLAGS='' make -s OUT="$out" CFLAGS="$1" "$out/demo-server"
    [ "$before" = "$(stat -c %i-%y "$out/demo-server")" ] && echo kept || echo built
}

check() {
    if [ "$1" = "$2" ]; then
        echo "ok: $3"
    else
        echo "FAILED: $3: $2"
        failed=$((failed + 1))
    fi
}

rm -rf "$out"
check built "$(build -O2)" 'a missing program is built'
check kept "$(build -O2)" 'the same flags keep the program'
check built "$(build -O1)" 'other flags build the program again'
echo "$((3 - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
