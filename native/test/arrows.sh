#!/bin/sh
# Checks that folders of native/ include headers as the table in README.md says, that they include only from folders
# that are above their own in that table, and that includes have no cycle.
# Usage: arrows.sh NATIVE
set -eu
cd "$1"

# Prints the table: each folder, with the folders that it includes from. All folders may include headers of native/ and
# headers of bpf/. Tests may include from all.
documented() {
    # shellcheck disable=SC2016 # backquotes of Markdown
    sed -n '/^| `test/d; s/,//g; s/^| `\([a-z]*\)\/` | .* | \(.*\)|$/\1: \2/p' README.md | sed 's/ *$//'
}

found() {
    documented | while IFS=: read -r folder _; do
        arrows=$(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$folder"/*.[ch] | sort -u | grep -vx "$folder" |
            paste -sd' ') || :
        printf '%s:%s\n' "$folder" "${arrows:+ $arrows}"
    done
}

# Prints the arrows (includes from another folder) that do not go up in the table.
wrong() {
    documented | awk '{ above[$1] = 1; for (i = 2; i <= NF; i++) if (!above[$i ":"]) print $1, $i }'
}

# Prints one line per #include: FILE INCLUDED, both without extension, because a header and its source are one node.
pairs() {
    grep -H '^#include "' -- *.[ch] */*.[ch] | grep -v '^test/' | sed -E 's|^(.*)\.[ch]:#include "(.*)\.[ch]"|\1 \2|'
}

failed=0
check() {
    if [ "$2" = "$3" ]; then
        echo "ok: $1"
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: expected\n%s\nfound\n%s\n' "$1" "$2" "$3"
    fi
}

check 'the README names every folder with C code' \
    "$(for file in */*.c; do dirname "$file"; done | grep -vx -e test -e target | sort -u)" \
    "$(documented | sed 's/:.*//' | sort)"
check 'folders include from those in the README' "$(documented)" "$(found)"
check 'folders include only from those above them' '' "$(wrong)"
check 'includes have no cycle' '' "$(pairs | tsort 2>&1 >/dev/null)"
echo "$((4 - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
