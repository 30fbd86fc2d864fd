#!/bin/sh
# Tests the launcher with a fake JVM that prints how it was started.
# Usage: launcher_test.sh LAUNCHER FAKE_JVM
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

# Sets what the fake JVM prints.
print_by_jvm() {
    export A4T_PRINT="$1"
}

# A folder name that reveals missing quotes in shell scripts, and code that uses paths as format strings.
prefix="$tree/a %s folder"
library=$prefix/lib/accept4-trace
jvm=$library/runtime/lib/server/libjvm.so
tool=$prefix/bin/accept4-trace
mkdir -p "$prefix/bin" "$(dirname "$jvm")"
cp "$1" "$tool"
cp "$2" "$jvm"

print_by_jvm arguments
check 'arguments arrive unchanged' "[-p][1 2][][it's][%s][*][\"][--]" "$("$tool" -p '1 2' '' "it's" %s '*' '"' --)"
check 'arguments beyond ASCII arrive unchanged' '[-o][Zoë][x]' "$("$tool" -o Zoë x)"
check 'arguments in an invalid encoding arrive unchanged' "$(printf '[-o][x\377\200]')" \
    "$(LC_ALL=C "$tool" -o "$(printf 'x\377\200')")"
check 'a call without arguments passes none' '' "$("$tool")"
ln -s "$tool" "$tree/link"
ln -s link "$tree/link-to-link"
check 'a link finds the installation' '[-h]' "$(cd / && "$tree/link" -h)"
check 'a relative link to a link finds the installation' '[-h]' "$(cd "$tree" && ./link-to-link -h)"
check 'PATH finds the installation' '[-h]' "$(cd / && PATH="$prefix/bin:$PATH" && accept4-trace -h)"

print_by_jvm 'options /lib/'
check 'the JVM gets the folders of this installation' "-Djna.boot.library.path=$library/native
-Djna.library.path=$library/native
-Djna.platform.library.path=$library/native
-Dlibrary.jline.path=$library/native" "$("$tool")"

check '-d reports a missing archive of classes' \
    'hint: without the archive of classes, starting takes longer; install it again with install.sh' \
    "$("$tool" -d 2>&1 >/dev/null)"
check 'without -d, a missing archive is not reported' '' "$("$tool" 2>&1 >/dev/null)$("$tool" -- x -d 2>&1 >/dev/null)"
touch "$library/runtime/lib/server/classes.jsa"
check 'an existing archive is not reported' '' "$("$tool" -d 2>&1 >/dev/null)"

# shellcheck disable=SC2016 # for the shell inside
print_by_jvm 'sed -n "s|.*/runtime/lib/lib|lib|p" /proc/$PPID/maps | sort -u | tr "\n" " "'
check 'without its own libraries, the JVM uses those of the system' '' "$("$tool")"
cp "$2" "$library/runtime/lib/libstdc++.so.6"
cp "$2" "$library/runtime/lib/libgcc_s.so.1"
check 'libraries of the installation are used' 'libgcc_s.so.1 libstdc++.so.6 ' "$("$tool")"
rm "$library"/runtime/lib/*.so.*

print_by_jvm world
check 'the JVM decodes each byte as a character in every locale' "ISO-8859-1 $tree" \
    "$(cd "$tree" && LC_ALL=C.UTF-8 "$tool")"
mkdir "$tree/gone"
check 'a deleted working directory becomes /' 'ISO-8859-1 /' "$(cd "$tree/gone" && rmdir ../gone && "$tool")"
print_by_jvm 'options codeset'
check 'the codeset of the locale is a property' '-Daccept4trace.codeset=UTF-8' "$(LC_ALL=C.UTF-8 "$tool")"

# Checks an installation in a folder whose name Java or JNA cannot handle, because Java splits lists of paths at colons,
# and JNA encodes names as UTF-8. The launcher must pass /proc/self/fd/N instead. Usage: renamed NAME FOLDER
renamed() {
    cp -R "$prefix" "$tree/$2"
    print_by_jvm 'options library.path'
    check "$1 is avoided in folder names" 0 "$("$tree/$2/bin/accept4-trace" | grep -c "$2")"
    print_by_jvm 'path /proc/self/fd/3/runtime'
    check "$1 is avoided in the path of the runtime" /proc/self/fd/3/runtime "$("$tree/$2/bin/accept4-trace" 3<&-)"
}

renamed 'a colon' a:b
renamed 'a letter beyond ASCII' Zoë
ln -s runtime "$library/alias"
print_by_jvm "path $library/alias"
check 'links below a folder with a plain name are resolved' "$(realpath "$library/runtime")" "$("$tool")"

# Checks the report of a JVM that does not start: start_fails NAME OUTPUT EXPECTED
start_fails() {
    print_by_jvm "fail $2"
    status=0
    message=$("$tool" 2>&1 >"$tree/out") || status=$?
    check "$1" "accept4-trace: cannot start its runtime: $3 1 " "$message $status $(cat "$tree/out")"
}

limits='hint: raise a limit: ulimit -v (address space), ulimit -d (data), ulimit -u, pids.max (processes), or memory'
again='hint: install it again with install.sh'
head='Error occurred during initialization of VM
'
start_fails 'a JVM without enough memory is reported in one line' \
    "${head}Could not reserve enough space for 65536KB object heap
" "Could not reserve enough space for 65536KB object heap
$limits"
start_fails 'an OutOfMemoryError is reported without class and stack trace' \
    "${head}java.lang.OutOfMemoryError: unable to create native thread
	at java.lang.Thread.start0
" "unable to create native thread
$limits"
start_fails 'any other error is reported the same way' "${head}java.lang.Error: no such thing
" "no such thing
$again"
start_fails 'the first line of a crash report is reported' "#
# There is insufficient memory for the Java Runtime Environment to continue.
# Native" "There is insufficient memory for the Java Runtime Environment to continue.
$limits"
start_fails 'a JVM that calls _exit() is reported' 'it ends abruptly' "it ends abruptly
$again"
start_fails 'a JVM that fails without output is reported' '' "the Java virtual machine does not start
$again"

print_by_jvm throw
check 'too little address space is reported before a JVM could crash' \
    'accept4-trace: cannot start its runtime: the limit on address space is below 256 MiB
hint: raise it: ulimit -v unlimited' "$(bash -c 'ulimit -v 200000; "$1" 2>&1' bash "$tool")"
check 'a data limit that is too low for another thread is reported' \
    "accept4-trace: cannot start its runtime: Resource temporarily unavailable
$limits" "$(bash -c 'ulimit -d 1000; "$1" 2>&1' bash "$tool")"
check 'a low limit on open files is reported' \
    'accept4-trace: cannot start: the limit on open files allows fewer than 64 more
hint: raise it: ulimit -n 1024' "$(bash -c 'ulimit -n 60; "$1" 2>&1' bash "$tool")"

variables='JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|JDK_AOT_VM_OPTIONS|_JAVA_LAUNCHER_DEBUG|CLASSPATH|JAVA_HOME'
print_by_jvm "env | grep -E '^($variables|DEBUGINFOD_URLS|KEPT)='"
check 'variables of the JVM are removed, others are kept' 'KEPT=yes' \
    "$(JAVA_TOOL_OPTIONS=-x JDK_JAVA_OPTIONS=-y _JAVA_OPTIONS=-z JDK_AOT_VM_OPTIONS=-v _JAVA_LAUNCHER_DEBUG=1 \
        CLASSPATH=/c JAVA_HOME=/j DEBUGINFOD_URLS=http://localhost KEPT=yes "$tool")"

print_by_jvm 'env | grep ^ACCEPT4_TRACE_ASIDE_'
check 'removed variables are saved for a traced command' ACCEPT4_TRACE_ASIDE_JAVA_TOOL_OPTIONS=-x \
    "$(JAVA_TOOL_OPTIONS=-x "$tool")"

print_by_jvm 'env | grep ^ACCEPT4_TRACE_ASIDE_ || echo none'
check 'a saved variable that the caller has forged is not passed on' none \
    "$(ACCEPT4_TRACE_ASIDE_JAVA_TOOL_OPTIONS=-x ACCEPT4_TRACE_ASIDE_JAVA_HOME=/j "$tool")"

# shellcheck disable=SC2016 # for the shell that the fake JVM runs
print_by_jvm 'echo "$ACCEPT4_TRACE_FDS"'
noted=$(bash -c 'exec 7</dev/null 11</dev/null; "$@"' bash "$tool" | tr , '\n' | grep -xE '0|7|11' | tr '\n' ,)
check 'open file descriptors are saved' 0,7,11, "$noted"

# Inspects the descriptors of the JVM's process ($PPID), because the redirection changes those of the shell.
# shellcheck disable=SC2016
print_by_jvm 'sh -c "cd /proc/$PPID && readlink fd/0 fd/1 fd/2 && \
    sed -n \"s/^flags:.*\(.\)$/\1/p\" fdinfo/0 fdinfo/1 fdinfo/2" >"$A4T_PRINTED"'
export A4T_PRINTED="$tree/printed"
"$tool" <&- >&- 2>&-
check 'closed standard streams are replaced by unusable ones' '/dev/null /dev/null /dev/null 1 0 0 ' \
    "$(tr '\n' ' ' <"$tree/printed")"

# Bit n-1 of SigIgn is signal n. Checks single bits, because other signals may have been ignored before this script ran.
# The shell that prints SigIgn has inherited it from the launcher.
# shellcheck disable=SC2016
print_by_jvm 'sed -n "s/^SigIgn:[[:space:]]*//p" /proc/$$/status'
ignored=$(trap '' INT && "$tool")
check 'an ignored SIGINT gets its default action again' 0 $((0x$ignored & 2))
check 'SIGXFSZ is ignored' $((1 << 24)) $((0x$ignored & 1 << 24))
ignored=$(trap '' HUP && "$tool")
check 'an ignored SIGHUP stays ignored' 1 $((0x$ignored & 1))

# shellcheck disable=SC2016
print_by_jvm 'cat /proc/$PPID/comm'
check 'the process has the name of the tool even if called by a link' accept4-trace "$("$tree/link")"

print_by_jvm copies
check 'writable private mappings are populated only while the JVM starts' \
    'starting: copied, started: mapped' "$("$tool")"

print_by_jvm throw
status=0
message=$("$tool" 2>&1) || status=$?
check 'a main() that returns counts as failed' 'described 1' "$message $status"

rm "$jvm"
status=0
message=$("$tool" 2>&1 >"$tree/out") || status=$?
check 'a missing runtime is reported' "accept4-trace: cannot start its runtime: $jvm: cannot open shared object file: \
No such file or directory
hint: install it again with install.sh" "$message"
check 'a missing runtime has exit status 1' 1 "$status"
check 'a missing runtime prints nothing to stdout' '' "$(cat "$tree/out")"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
