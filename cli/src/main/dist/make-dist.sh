#!/bin/sh
# Lays out the runnable tree that install.sh copies. Called by Maven from the
# folder cli/ after everything is built: make-dist.sh TREE
set -eu

tree=$1
here=$(cd "$(dirname "$0")/../../.." && pwd)
root=$(dirname "$here")
lib=$tree/lib/accept4-trace

# The newest JDK of this machine that can make a runtime image: prints its folder.
newest_jdk() {
    for home in "${JAVA_HOME:-}" "$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')" /usr/lib/jvm/*; do
        if [ ! -x "$home/bin/jlink" ] || [ ! -f "$home/release" ]; then continue; fi
        version=$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$home/release")
        printf '%s %s\n' "$version" "$(readlink -f "$home")"
    done | sort -u | sort -V | tail -n 1 | cut -d' ' -f2-
}

make_runtime() {
    jdk=$(newest_jdk)
    [ -n "$jdk" ] || { echo "make-dist: no JDK with jlink found: install openjdk-17-jdk-headless or newer" >&2; exit 1; }
    wanted="$jdk $(cat "$jdk/release")"
    # Linking takes seconds and always gives the same: not again for the same JDK.
    if [ "$(cat "$here/target/runtime.made-by" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$here/target/runtime"
        "$jdk/bin/jlink" --add-modules java.base,java.logging --strip-debug --no-header-files --no-man-pages \
            --output "$here/target/runtime"
        # The JVM's own classes, laid out for mapping: without it a start takes a third longer.
        "$here/target/runtime/bin/java" -XX:+UseSerialGC -Xshare:dump >"$here/target/runtime.log" 2>&1
        # The kernel names a process after the path it was started by.
        ln -s java "$here/target/runtime/bin/accept4-trace"
        printf '%s\n' "$wanted" >"$here/target/runtime.made-by"
    fi
    cp -a "$here/target/runtime" "$lib/runtime"
}

copy_native() {
    install -D -m 755 "$root/native/target/accept4-trace" "$tree/bin/accept4-trace"
    install -D -m 755 "$root/native/target/demo-server" "$lib/demo-server"
    install -D -m 644 "$root/native/target/liba4t.so" "$lib/native/liba4t.so"
    install -D -m 644 "$here/target/jnidispatch/libjnidispatch.so" "$lib/native/libjnidispatch.so"
    install -D -m 644 "$here/target/jnidispatch/libjlinenative.so" "$lib/native/libjlinenative.so"
}

copy_jars() {
    mkdir -p "$lib/app"
    install -m 644 "$here/target/accept4-trace.jar" "$here"/target/app/*.jar "$lib/app/"
}

copy_documents() {
    install -D -m 644 "$root/man/accept4-trace.8" "$tree/share/man/man8/accept4-trace.8"
    install -D -m 644 "$here/src/main/json/accept4-trace.schema.json" "$tree/share/accept4-trace/accept4-trace.schema.json"
    install -D -m 644 "$root/LICENSE" "$tree/share/doc/accept4-trace/LICENSE"
    install -D -m 644 "$root/README.md" "$tree/share/doc/accept4-trace/README.md"
}

# Made from the table of options: completion_for SHELL FILE.
completion_for() {
    mkdir -p "$(dirname "$tree/$2")"
    "$lib/runtime/bin/java" -cp "$lib/app/*" accept4trace.cli.Completions "$1" >"$tree/$2"
    chmod 644 "$tree/$2"
}

make_completions() {
    completion_for bash share/bash-completion/completions/accept4-trace
    completion_for zsh share/zsh/site-functions/_accept4-trace
    completion_for fish share/fish/vendor_completions.d/accept4-trace.fish
}

rm -rf "$tree"
mkdir -p "$lib"
copy_native
copy_jars
make_runtime
copy_documents
make_completions
