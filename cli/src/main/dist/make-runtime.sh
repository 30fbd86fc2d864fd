#!/bin/sh
# Makes the Java runtime image in TARGET/runtime: a minimal JVM with the tool and its libraries, and their default CDS
# archive. Called by make-dist.sh. Usage: make-runtime.sh TARGET, where TARGET is Maven's target folder of cli/.
# A4T_JDK selects a JDK other than the newest.
set -eu

target=$1
here=$(cd "$(dirname "$0")" && pwd)
module=$target/module
image=$target/runtime
native=$(cd "$here/../../../../native/target" && pwd)
tests=$(cd "$here/../../test/java" && pwd)
rehearsal=accept4trace/rehearsal/Rehearsal

# Prints the folder of the newest JDK on this machine that has jlink.
newest_jdk() {
    for home in "${JAVA_HOME:-}" "$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')" /usr/lib/jvm/*; do
        if [ ! -x "$home/bin/jlink" ] || [ ! -f "$home/release" ]; then continue; fi
        printf '%s %s\n' "$(version_of "$home")" "$(readlink -f "$home")"
    done | sort -u | sort -V | tail -n 1 | cut -d' ' -f2-
}

version_of() {
    sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$1/release"
}

# Compiles picocli from its sources, because a CDS archive cannot contain its published classes: their class file
# version is too old.
compile_picocli() {
    "$jdk/bin/javac" --release 17 -nowarn -XDstringConcat=inline -d "$module" "$target"/picocli-sources/picocli/*.java
}

unpack_libraries() {
    for jar in "$target"/app/*.jar; do
        (cd "$module" && "$jdk/bin/jar" xf "$jar")
    done
    # Remove files for other Java versions and systems, and files that only jars need.
    rm -rf "$module/META-INF/versions" "$module/META-INF/maven" "$module/META-INF/MANIFEST.MF" \
        "$module/module-info.class"
    find "$module" -type d \( -path '*/com/sun/jna/*-*' -o -path '*/org/jline/nativ/*' \) -prune -exec rm -rf {} +
}

make_module() {
    rm -rf "$module"
    mkdir -p "$module"
    unpack_libraries
    rm -rf "$module/picocli"
    compile_picocli
    cp -R "$target/classes/." "$module/"
    "$jdk/bin/javac" --release 17 --module-version "$version" -d "$module" "$here/module-info.java"
}

link() {
    rm -rf "$image"
    "$jdk/bin/jlink" --module-path "$module" --add-modules accept4trace --strip-debug --no-header-files --no-man-pages \
        --output "$image"
}

# Compiles the class Rehearsal, and the fakes that it uses. Rehearsal runs the code that is common to most starts of the
# tool, but does not need privileges. These classes are among the tests, which Maven may not have compiled.
compile_rehearsal() {
    rm -rf "$target/rehearsal"
    "$jdk/bin/javac" --release 17 -nowarn -XDstringConcat=inline -cp "$module" -sourcepath "$tests" \
        -d "$target/rehearsal" "$tests/$rehearsal.java"
}

# Prints the options that open the module to the rehearsal. A patched module would be simpler, but the JVM does not list
# the classes of a patched module.
opened_packages() {
    (cd "$module" && find accept4trace -name '*.class' -exec dirname {} +) | sort -u | tr / . |
        sed 's|.*|--add-exports=accept4trace/&=ALL-UNNAMED|'
}

# Lists the classes that the rehearsal loads, except its own, in $target/classes.list. Of the launcher's options, uses
# those that affect the archive.
list_classes() {
    # shellcheck disable=SC2046
    "$image/bin/java" -cp "$target/rehearsal" --add-modules accept4trace $(opened_packages) -Xshare:off \
        "-XX:DumpLoadedClassList=$target/rehearsal.list" -XX:+UseSerialGC -XX:-UsePerfData -Xmx28m \
        --enable-native-access=accept4trace \
        "-Djna.boot.library.path=$target/jnidispatch" "-Djna.library.path=$native" \
        "-Djna.platform.library.path=$native" -Djna.nounpack=true -Djna.nosys=true \
        "-Dpicocli.converters.excludes=java.*" "$rehearsal" >"$target/rehearsal.log" 2>&1 ||
        { tail "$target/rehearsal.log" >&2 && exit 1; }
    grep -v -e accept4trace/rehearsal/ -e accept4trace/fake/ "$target/rehearsal.list" >"$target/classes.list"
}

# From JDK 24 on, the archive contains linked classes. An AOT cache (-XX:AOTCacheOutput) would also contain profiles for
# a compiler that is not used during the start. Reading them would take a tenth of the start-up time.
make_archive() {
    compile_rehearsal
    list_classes
    case $(version_of "$jdk") in
        17* | 18* | 19* | 20* | 21* | 22* | 23*) linking= ;;
        *) linking=-XX:+AOTClassLinking ;;
    esac
    "$image/bin/java" -XX:+UseSerialGC -Xmx28m -Xshare:dump ${linking:+"$linking"} \
        "-XX:SharedClassListFile=$target/classes.list" --enable-native-access=accept4trace \
        -m accept4trace/accept4trace.Main >"$target/archive.log" 2>&1
}

# Prints a fingerprint of the input. With it, the runtime is not linked again for the same JDK and classes. Linking
# takes seconds.
fingerprint() {
    cat "$jdk/release"
    (cd "$target" && find classes app picocli-sources jnidispatch "$here" "$tests/$rehearsal.java" "$native/liba4t.so" \
        -type f -exec sha256sum {} + | sort)
}

jdk=${A4T_JDK:-$(newest_jdk)}
[ -n "$jdk" ] || { echo "make-runtime: no JDK with jlink found: install openjdk-17-jdk-headless or newer" >&2; exit 1; }
version=$(sed -n 's/^version=//p' "$target/maven-archiver/pom.properties")
wanted=$(fingerprint | sha256sum)
if [ "$(cat "$target/runtime.made-from" 2>/dev/null)" != "$wanted" ]; then
    make_module
    link
    make_archive
    printf '%s\n' "$wanted" >"$target/runtime.made-from"
fi
