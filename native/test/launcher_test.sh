#!/bin/sh
# The launcher against a runtime that only tells how it was started: launcher_test.sh LAUNCHER
set -eu

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
passed=0 failed=0

check() {
    if [ "$2" = "$3" ]; then
        echo "ok: $1"
        passed=$((passed + 1))
    else
        printf 'FAILED: %s: expected <%s>, got <%s>\n' "$1" "$2" "$3"
        failed=$((failed + 1))
    fi
}

# A folder that a shell script or a format string would stumble over.
prefix="$tree/a %s folder"
library=$prefix/lib/accept4-trace
runtime=$library/runtime/bin/accept4-trace
tool=$prefix/bin/accept4-trace
mkdir -p "$prefix/bin" "$(dirname "$runtime")"
cp "$1" "$tool"
cat >"$runtime" <<'END'
#!/bin/sh
case $A4T_TELL in
    arguments) while [ "$1" != accept4trace/accept4trace.Main ]; do shift; done; shift; printf '[%s]' "$@" ;;
    folders) printf '%s\n' "$@" | grep -F /lib/ ;;
    environment) env | grep -E '^(JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|JDK_AOT_VM_OPTIONS|_JAVA_LAUNCHER_DEBUG|CLASSPATH|JAVA_HOME|DEBUGINFOD_URLS|KEPT)=' ;;
    aside) env | grep ^ACCEPT4_TRACE_ASIDE_ ;;
    fds) echo "$ACCEPT4_TRACE_FDS" ;;
    ignored) sed -n 's/^SigIgn:[[:space:]]*//p' /proc/$$/status ;;
    # By another shell: one that redirects changes its own.
    standard) sh -c 'cd /proc/$PPID && readlink fd/0 fd/1 fd/2 >"$A4T_TOLD"
        sed -n "s/^flags:.*\(.\)$/\1/p" fdinfo/0 fdinfo/1 fdinfo/2 >>"$A4T_TOLD"' ;;
    name) cat /proc/$$/comm ;;
esac
END
chmod +x "$runtime"

export A4T_TELL=arguments
check 'arguments arrive unchanged' "[-p][1 2][][it's][%s][*][\"][--]" "$("$tool" -p '1 2' '' "it's" %s '*' '"' --)"
check 'no arguments are none' '[]' "$("$tool")"
ln -s "$tool" "$tree/link"
ln -s link "$tree/link-to-link"
check 'a link finds the installation' '[-h]' "$(cd / && "$tree/link" -h)"
check 'a relative link to a link does so' '[-h]' "$(cd "$tree" && ./link-to-link -h)"
check 'the search path does so' '[-h]' "$(cd / && PATH="$prefix/bin:$PATH" && accept4-trace -h)"

export A4T_TELL=folders
check 'the runtime gets the folders of this installation' "-Djna.boot.library.path=$library/native
-Djna.library.path=$library/native
-Djna.platform.library.path=$library/native
-Dlibrary.jline.path=$library/native" "$("$tool")"

check 'without an archive of classes -d tells what that costs' \
    'hint: a start takes longer without an archive of classes; install it again with install.sh' \
    "$("$tool" -d 2>&1 >/dev/null)"
check 'and nothing else does' '' "$("$tool" 2>&1 >/dev/null)$("$tool" -- x -d 2>&1 >/dev/null)"
touch "$library/app.aot"
check 'and its archive of classes, where it has one' "-XX:AOTCache=$library/app.aot" "$("$tool" | grep AOT)"

export A4T_TELL=environment
check 'options for the JVM are gone, all else is kept' 'KEPT=yes' \
    "$(JAVA_TOOL_OPTIONS=-x JDK_JAVA_OPTIONS=-y _JAVA_OPTIONS=-z JDK_AOT_VM_OPTIONS=-v _JAVA_LAUNCHER_DEBUG=1 CLASSPATH=/c \
        JAVA_HOME=/j DEBUGINFOD_URLS=http://localhost KEPT=yes "$tool")"

export A4T_TELL=aside
check 'but a traced command can have them back' ACCEPT4_TRACE_ASIDE_JAVA_TOOL_OPTIONS=-x \
    "$(JAVA_TOOL_OPTIONS=-x "$tool")"

export A4T_TELL=fds
noted=$(bash -c 'exec 7</dev/null 11</dev/null; "$@"' bash "$tool" | tr , '\n' | grep -xE '0|7|11' | tr '\n' ,)
check 'open file descriptors are noted' 0,7,11, "$noted"

export A4T_TELL=standard A4T_TOLD="$tree/told"
"$tool" <&- >&- 2>&-
check 'closed standard streams cannot become other files, nor be used' '/dev/null /dev/null /dev/null 1 0 0 ' \
    "$(tr '\n' ' ' <"$tree/told")"

# Bit n-1 is signal n; whoever runs this may have ignored others.
export A4T_TELL=ignored
ignored=$(trap '' INT && "$tool")
check 'an ignored INT is restored' 0 $((0x$ignored & 2))
ignored=$(trap '' HUP && "$tool")
check 'an ignored HUP stays ignored' 1 $((0x$ignored & 1))

export A4T_TELL=name
check 'the process bears the name of the tool' accept4-trace "$("$tree/link")"
# A shell complains of an option that it does not know, under its argv[0].
ln -sf /bin/sh "$runtime"
check 'so does its first argument' 'accept4-trace:' "$("$tree/link" 2>&1 | sed -n '1s/ .*//p')"

rm "$runtime"
status=0
message=$("$tool" 2>&1 >"$tree/out") || status=$?
check 'a missing runtime is told' 'accept4-trace: cannot start its runtime: No such file or directory
hint: install it again with install.sh' "$message"
check 'and its exit status is 1' 1 "$status"
check 'and nothing is on stdout' '' "$(cat "$tree/out")"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
