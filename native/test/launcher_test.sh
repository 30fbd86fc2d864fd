#!/bin/sh
# The launcher against a runtime that only tells how it was started: launcher_test.sh LAUNCHER
set -eu

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

check() {
    if [ "$2" = "$3" ]; then
        echo "ok: $1"
    else
        printf 'FAILED: %s: expected <%s>, got <%s>\n' "$1" "$2" "$3"
        failed=$((failed + 1))
    fi
}

runtime=$tree/lib/accept4-trace/runtime/bin/accept4-trace
tool=$tree/bin/accept4-trace
mkdir -p "$tree/bin" "$(dirname "$runtime")"
cp "$1" "$tool"
cat >"$runtime" <<'END'
#!/bin/sh
case $A4T_TELL in
    arguments) while [ "$1" != accept4trace.Main ]; do shift; done; shift; printf '[%s]' "$@" ;;
    environment) env | grep -E '^(JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|CLASSPATH)=' || echo clean ;;
    ignored) sed -n 's/^SigIgn:[[:space:]]*//p' /proc/$$/status ;;
    name) cat /proc/$$/comm ;;
esac
END
chmod +x "$runtime"

export A4T_TELL=arguments
check 'arguments arrive unchanged' "[-p][1 2][][it's][%s][\"]" "$("$tool" -p '1 2' '' "it's" %s '"')"
ln -s "$tool" "$tree/link"
check 'a link finds the installation' '[-h]' "$(cd / && "$tree/link" -h)"

export A4T_TELL=environment
check 'options for the JVM are gone' clean \
    "$(JAVA_TOOL_OPTIONS=-x JDK_JAVA_OPTIONS=-y _JAVA_OPTIONS=-z CLASSPATH=/c "$tool")"

# Bit n-1 is signal n; whoever runs this may have ignored others.
export A4T_TELL=ignored
ignored=$(trap '' INT && "$tool")
check 'an ignored INT is restored' 0 $((0x$ignored & 2))
ignored=$(trap '' HUP && "$tool")
check 'an ignored HUP stays ignored' 1 $((0x$ignored & 1))

export A4T_TELL=name
check 'the process bears the name of the tool' accept4-trace "$("$tool")"

rm "$runtime"
status=0
message=$("$tool" 2>&1) || status=$?
check 'a missing runtime is told' 'accept4-trace: cannot start its runtime: No such file or directory
hint: install it again with install.sh' "$message"
check 'and its exit status is 1' 1 "$status"
exit "$failed"
