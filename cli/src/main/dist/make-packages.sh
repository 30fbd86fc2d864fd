#!/bin/sh
# Packages the runnable tree. Called by Maven after make-dist.sh. Usage: make-packages.sh TREE TIME [portable]
# Writes accept4-trace-VERSION-ARCH.tar.gz next to TREE and, if Debian's tools are installed,
# accept4-trace_VERSION_ARCH.deb. With "portable", writes only accept4-trace-VERSION-portable-ARCH.tar.gz.
# Reproducible: all entries belong to root and have the modification time TIME, which SOURCE_DATE_EPOCH (in seconds)
# overrides.
set -eu
umask 022

tree=$1
portable=${3:+portable-}
time=${SOURCE_DATE_EPOCH:-$(date -u -d "$2" +%s)}
out=$(cd "$(dirname "$tree")" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
version=$(sed -n 's/^version=//p' "$root/cli/target/maven-archiver/pom.properties")
name=accept4-trace-$version
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH="$time"

# Prints Debian's name for the processor.
architecture() {
    dpkg --print-architecture 2>/dev/null || uname -m | sed 's/^x86_64$/amd64/;s/^aarch64$/arm64/'
}

set_times() {
    find "$1" -exec touch -h -d "@$time" {} +
}

# Prints executables and libraries.
programs_in() {
    find "$1" -type f \( -name '*.so' -o -perm -100 \)
}

# Copies the content of both packages. Debug symbols stay in TREE.
copy_tree() {
    cp -RP "$tree" "$work/$name"
    chmod -R u=rwX,go=rX "$work/$name"
    programs_in "$work/$name" | xargs strip --strip-unneeded
}

make_tar() {
    cp "$root/install.sh" "$work/$name"
    set_times "$work/$name"
    tar -C "$work" --sort=name --owner=root:0 --group=root:0 --format=ustar -cf - "$name" | gzip -n -1 >"$tarball.new"
    rm "$work/$name/install.sh"
}

# Moves and compresses files as Debian's policy requires.
arrange_for_debian() {
    documents=$deb/usr/share/doc/accept4-trace
    mkdir -p "$deb/DEBIAN"
    mv "$work/$name" "$deb/usr"
    mkdir -p "$deb/usr/share/lintian/overrides"
    mv "$deb/usr/share/zsh/site-functions" "$deb/usr/share/zsh/vendor-completions"
    mv "$documents/LICENSE" "$work/license"
    sed "s/@VERSION@/$version/;s/@DATE@/$(date -R -d "@$time")/" "$here/debian/changelog" >"$documents/changelog"
    cp "$root/CHANGELOG.md" "$documents/CHANGELOG.md"
    cp "$here/debian/copyright" "$documents"
    cp "$here/debian/lintian-overrides" "$deb/usr/share/lintian/overrides/accept4-trace"
    gzip -n -9 "$documents/changelog" "$documents/CHANGELOG.md" "$deb"/usr/share/man/man8/*.8
}

# Prints the packages with the libraries that the programs are linked against.
dependencies() {
    # dpkg-shlibdeps requires the layout of a source package.
    mkdir "$work/debian"
    cp "$here/debian/control" "$work/debian"
    lib=$deb/usr/lib/accept4-trace
    (cd "$work" && programs_in "$deb/usr" | xargs dpkg-shlibdeps -O --ignore-missing-info "-S$deb" \
        "-l$lib/runtime/lib" "-l$lib/runtime/lib/server" 2>"$work/shlibdeps.log") | sed 's/^shlibs:Depends=//'
}

make_control() {
    depends=$(dependencies)
    [ -n "$depends" ] || { cat "$work/shlibdeps.log" >&2 && exit 1; }
    size=$(find "$deb/usr" -type f -printf '%s\n' | awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
    sed "1,/^\$/d;s/@VERSION@/$version/;s/@ARCHITECTURE@/$arch/;s/@SIZE@/$size/;s/@DEPENDS@/$depends/" \
        "$here/debian/control" >"$deb/DEBIAN/control"
    (cd "$deb" && find usr -type f | sort | xargs -d '\n' md5sum) >"$deb/DEBIAN/md5sums"
}

make_deb() {
    deb=$work/deb
    if ! command -v dpkg-deb >/dev/null || ! command -v dpkg-shlibdeps >/dev/null; then
        echo 'make-packages: skipping the .deb: it needs dpkg-deb and dpkg-shlibdeps (Debian: dpkg and dpkg-dev)'
        return
    fi
    arrange_for_debian
    make_control
    set_times "$deb"
    dpkg-deb --root-owner-group -Zxz -z0 --build "$deb" "$package.new" >/dev/null
    mv "$package.new" "$package"
}

# Prints a fingerprint of the input. With it, the same tree is not compressed again. Compressing takes seconds.
fingerprint() {
    echo "$time"
    (cd "$tree" && find . -type f -exec sha256sum {} +
        sha256sum "$root/install.sh" "$here"/make-packages.sh "$here"/debian/*) | sort
}

arch=$(architecture)
tarball=$out/$name-$portable$arch.tar.gz
package=$out/accept4-trace_${version}_$arch.deb
wanted=$(fingerprint | sha256sum)
if [ "$(cat "$out/packages.made-from" 2>/dev/null)" != "$wanted" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work" "$tarball.new" "$package.new"' EXIT
    rm -f "$out"/accept4-trace*.tar.gz "$out"/accept4-trace*.deb "$out/packages.made-from"
    copy_tree
    make_tar
    mv "$tarball.new" "$tarball"
    [ -n "$portable" ] || make_deb
    printf '%s\n' "$wanted" >"$out/packages.made-from"
fi
