#!/bin/sh
# Checks the #include arrows between the folders of native/, and that no files include each other in a circle:
# arrows.sh NATIVE
set -eu
cd "$1"

# Each folder with those that it includes from: only ones above it. state.h, a4t.h and bpf/ are open to all.
expected='base:
proc:
launcher:
events:
targets: base events
process: base events launcher targets
load: base events process targets
session: base events load process targets
stack: proc
layout: stack'

found() {
    printf '%s\n' "$expected" | while IFS=: read -r folder _; do
        arrows=$(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$folder"/*.[ch] | sort -u | grep -vx "$folder" | paste -sd' ') || :
        printf '%s:%s\n' "$folder" "${arrows:+ $arrows}"
    done
}

# FILE INCLUDED, a line an #include, both without extension: a header and its source are one.
pairs() {
    grep -H '^#include "' -- *.[ch] */*.[ch] | grep -v '^test/' | sed -E 's|^(.*)\.[ch]:#include "(.*)\.[ch]"|\1 \2|'
}

failed=0
if [ "$(found)" = "$expected" ]; then
    echo 'ok: folders include only from those above them'
else
    failed=$((failed + 1))
    printf 'FAILED: folders and those that they include from: expected\n%s\nfound\n%s\n' "$expected" "$(found)"
fi
if pairs | tsort >/dev/null; then
    echo 'ok: no files include each other in a circle'
else
    failed=$((failed + 1))
    echo 'FAILED: files include each other in a circle, named by tsort'
fi
echo "$((2 - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
