#!/bin/sh
# Creates the runnable tree that install.sh installs. Called by Maven in cli/ after everything is built.
# Usage: make-dist.sh TREE
# If A4T_LIBRARIES is set, it is a folder made by make-libraries.sh. Its libraries are copied into the tree.
set -eu

tree=$1
here=$(cd "$(dirname "$0")/../../.." && pwd)
root=$(dirname "$here")
lib=$tree/lib/accept4-trace

copy_native() {
    install -D -m 755 "$root/native/target/accept4-trace" "$tree/bin/accept4-trace"
    install -D -m 755 "$root/native/target/demo-server" "$lib/demo-server"
    install -D -m 644 "$root/native/target/liba4t.so" "$lib/native/liba4t.so"
    install -D -m 755 "$root/native/target/a4t-unwinder" "$lib/native/a4t-unwinder"
    install -D -m 755 "$root/native/target/a4t-resolver" "$lib/native/a4t-resolver"
    install -D -m 644 "$here/target/jnidispatch/libjnidispatch.so" "$lib/native/libjnidispatch.so"
    install -D -m 644 "$here/target/jnidispatch/libjlinenative.so" "$lib/native/libjlinenative.so"
}

copy_runtime() {
    "$here/src/main/dist/make-runtime.sh" "$here/target"
    cp -a "$here/target/runtime" "$lib/runtime"
}

# The runtime contains the tool's Java libraries, so their licenses are installed next to ours. Licenses that are
# missing from the jars are in licenses/.
copy_licenses() {
    documents=$tree/share/doc/accept4-trace
    for jar in "$here"/target/app/*.jar; do
        terms=$documents/$(basename "$jar" .jar)
        mkdir -p "$terms"
        (cd "$terms" && jar xf "$jar" META-INF/LICENSE META-INF/LICENSE.txt META-INF/NOTICE)
        find "$terms" -type f -exec mv {} "$terms" \;
        rm -rf "$terms/META-INF"
        rmdir "$terms" 2>/dev/null || :
    done
    install -m 644 "$here"/src/main/dist/licenses/* "$documents"
    chmod -R u=rwX,go=rX "$documents"
}

# Copies the libraries that the Java runtime needs, and the licenses of all libraries. The others are in liba4t.so,
# which has been linked with them.
copy_libraries() {
    cp "$A4T_LIBRARIES"/runtime/* "$lib/runtime/lib"
    cp -R "$A4T_LIBRARIES"/licenses/. "$tree/share/doc/accept4-trace"
}

copy_documents() {
    install -D -m 644 "$root/man/accept4-trace.8" "$tree/share/man/man8/accept4-trace.8"
    install -D -m 644 -t "$tree/share/accept4-trace" "$here/src/main/json/accept4-trace.schema.json"
    install -D -m 644 "$root/LICENSE" "$tree/share/doc/accept4-trace/LICENSE"
    install -D -m 644 -t "$tree/share/doc/accept4-trace" "$root/README.md"
    # The README links to these files in the folder man.
    install -D -m 644 -t "$tree/share/doc/accept4-trace/man" "$root/man/several-machines.md" "$root/man/screen.svg"
}

# Saves the completions of a shell: completion_for SHELL FILE
completion_for() {
    mkdir -p "$(dirname "$tree/$2")"
    "$tree/bin/accept4-trace" --completion="$1" >"$tree/$2"
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
copy_runtime
copy_documents
copy_licenses
[ -z "${A4T_LIBRARIES-}" ] || copy_libraries
make_completions
