#!/bin/sh
# Builds the libraries that make-dist.sh puts into the portable archive, with their licenses. Called by .ci/archive on
# Debian 11, with the source packages of Debian 12. Usage: make-libraries.sh OUT
#   OUT/include, OUT/lib   libbpf, libelf and zlib, for linking into liba4t.so; also newer versions of two headers of
#                          Debian 11, elf.h and bits/syscall.h
#   OUT/runtime            shared libraries that the Java runtime needs, other than those of the C library
#   OUT/licenses
set -eu

mkdir -p "$1/include/bits" "$1/lib" "$1/runtime" "$1/licenses"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Code in a shared library must not depend on its address (-fPIC). Debian's static libraries are not compiled like this.
export CFLAGS='-O2 -g -fPIC -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -D_FORTIFY_SOURCE=2'

# Runs a command, and prints the end of its output if it fails.
quietly() {
    "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2 && return 1; }
}

# Prints the folder with the unpacked source of a package.
source_of() {
    find "$work" -mindepth 1 -maxdepth 1 -type d -name "$1-*"
}

version_of() {
    dpkg-parsechangelog -l "$(source_of "$1")/debian/changelog" -S Version
}

build_zlib() {
    cd "$(source_of zlib)"
    quietly ./configure --static
    quietly make libz.a
    cp libz.a "$out/lib"
    cp zlib.h zconf.h "$out/include"
}

# libeu.a has functions that libelf shares with other parts of elfutils.
build_libelf() {
    cd "$(source_of elfutils)"
    quietly ./configure --disable-debuginfod --disable-libdebuginfod --disable-demangler --disable-nls \
        --without-bzlib --without-lzma --without-zstd "CPPFLAGS=-I$out/include" "LDFLAGS=-L$out/lib"
    quietly make -C lib
    quietly make -C libelf libelf_pic.a
    cp lib/libeu.a "$out/lib"
    cp libelf/libelf_pic.a "$out/lib/libelf.a"
    cp libelf/elf.h libelf/gelf.h libelf/libelf.h "$out/include"
}

build_libbpf() {
    cd "$(source_of libbpf)/src"
    quietly make BUILD_STATIC_ONLY=1 NO_PKG_CONFIG=1 "CFLAGS=$CFLAGS -I$out/include" "DESTDIR=$out" PREFIX= \
        LIBDIR=/lib install
}

# Makes bits/syscall.h, as the C library does, but from newer kernel headers. The header of Debian 11 lacks system calls
# that are newer than its C library.
number_system_calls() {
    echo '#include <asm/unistd.h>' | cc -E -dM - |
        sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/#define SYS_\1 __NR_\1/p' >"$out/include/bits/syscall.h"
}

# Copies the shared libraries that the Java runtime needs, with the licenses of their packages.
copy_runtime_libraries() {
    for library in libz.so.1:zlib1g libstdc++.so.6:libstdc++6 libgcc_s.so.1:libgcc-s1; do
        package=${library#*:}
        cp -L "$(ldconfig -p | awk -v name="${library%:*}" '$1 == name { print $NF; exit }')" "$out/runtime"
        mkdir -p "$out/licenses/$package"
        cp -L "/usr/share/doc/$package/copyright" "$out/licenses/$package"
    done
    # The copyright files refer to these.
    cp -L /usr/share/common-licenses/GPL-2 /usr/share/common-licenses/GPL-3 /usr/share/common-licenses/LGPL-2.1 \
        /usr/share/common-licenses/LGPL-3 "$out/licenses"
    mkdir -p "$out/licenses/openjdk"
    cp -L /usr/share/doc/openjdk-17-jre-headless/copyright "$out/licenses/openjdk"
}

# Prints the contents of the file LIBRARIES. If an archive contains this file, its install.sh installs no packages.
list_libraries() {
    echo 'This copy contains libraries from Debian packages. Their licenses are in the folders next to this file.'
    echo
    echo 'Linked into lib/accept4-trace/native/liba4t.so, from these source packages:'
    for name in libbpf elfutils zlib; do
        mkdir -p "$out/licenses/$name"
        cp "$(source_of "$name")/debian/copyright" "$out/licenses/$name"
        printf '  https://snapshot.debian.org/package/%s/%s/\n' "$name" "$(version_of "$name")"
    done
    echo
    echo 'Copied into lib/accept4-trace/runtime, from these binary packages:'
    for package in openjdk-17-jre-headless zlib1g libstdc++6 libgcc-s1; do
        dpkg-query -W -f '  ${Package} ${Version}\n' "$package"
    done
    echo
    echo 'Of elfutils, only libelf is contained, under the LGPL 3 or later, or the GPL 2 or later. To link liba4t.so'
    echo 'with another version, build it from the source of accept4-trace: .ci/archive does all of this.'
}

cd "$work"
quietly apt-get -qq source libbpf elfutils zlib
number_system_calls
build_zlib
build_libelf
build_libbpf
copy_runtime_libraries
list_libraries >"$out/licenses/LIBRARIES"
