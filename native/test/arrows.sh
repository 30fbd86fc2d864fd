#!/bin/sh
# Checks which folders of native/ include headers of which others, and that includes have no cycle.
# Usage: arrows.sh NATIVE
set -eu
cd "$1"

# Each folder, with the folders that it includes from: only those listed before it. All folders may include state.h,
# a4t.h and headers of bpf/.
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
        arrows=$(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$folder"/*.[ch] | sort -u | grep -vx "$folder" |
            paste -sd' ') || :
        printf '%s:%s\n' "$folder" "${arrows:+ $arrows}"
    done
}

# Prints one line per #include: FILE INCLUDED, both without extension, because a header and its source are one node.
pairs() {
    grep -H '^#include "' -- *.[ch] */*.[ch] | grep -v '^test/' | sed -E 's|^(.*)\.[ch]:#include "(.*)\.[ch]"|\1 \2|'
}

failed=0
if [ "$(found)" = "$expected" ]; then
    echo 'ok: folders include only from those above them'
else
    failed=$((failed + 1))
    printf 'FAILED: includes between folders: expected\n%s\nfound\n%s\n' "$expected" "$(found)"
fi
if pairs | tsort >/dev/null; then
    echo 'ok: includes have no cycle'
else
    failed=$((failed + 1))
    echo 'FAILED: includes have a cycle: see the output of tsort'
fi
echo "$((2 - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
