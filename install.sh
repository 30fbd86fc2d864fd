#!/bin/sh
# Builds accept4-trace and installs it; install.sh --help tells how.
set -eu
umask 022

PREFIX=${PREFIX:-/usr/local}
DESTDIR=${DESTDIR:-}
here=$(cd "$(dirname "$0")" && pwd)
cache=/var/cache/accept4-trace
# What is installed, below PREFIX, and the folders that may be left empty without it.
parts='bin/accept4-trace lib/accept4-trace share/man/man8/accept4-trace.8 share/doc/accept4-trace share/accept4-trace
share/bash-completion/completions/accept4-trace share/zsh/site-functions/_accept4-trace
share/fish/vendor_completions.d/accept4-trace.fish'
shared_folders='share/man/man8 share/doc share/bash-completion/completions share/bash-completion
share/zsh/site-functions share/zsh share/fish/vendor_completions.d share/fish'
own_folders='share/man share lib bin .'

# What has to be there, a command, a file or a library, and the Debian package that brings it.
build_needs='
clang                        clang
llvm-strip                   llvm
bpftool                      bpftool
gcc                          gcc
make                         make
/usr/include/stdlib.h        libc6-dev
/usr/include/linux/bpf.h     linux-libc-dev
/usr/include/bpf/libbpf.h    libbpf-dev
/usr/include/elfutils/libdwfl.h libdw-dev
jlink                        default-jdk-headless
mvn                          maven
'
run_needs='
libbpf.so.1                  libbpf1
libdw.so.1                   libdw1
'
# For the .deb that 'mvn package' makes besides, on Debian alone.
debian_needs='
dpkg-shlibdeps               dpkg-dev
'

action=install
prebuilt=
demo=no
work=
server=

usage() {
    cat <<'END'
Usage: sudo ./install.sh [OPTION]
Builds accept4-trace and installs it under PREFIX, in place of an older version.

  --demo            and then trace a small server of its own, for ten lines
  --deps            only install the packages that the build needs
  --prebuilt TREE   install TREE, made by 'mvn package' in target/dist, without building;
                    beside such a tree, as in the .tar.gz, that one is the default
  --uninstall       take everything away that was installed, downloads included
  --help            show this

Environment:
  PREFIX            where it goes, default /usr/local
  DESTDIR           put before PREFIX, for those who make packages; needs no root
sudo drops these unless they stand behind it: sudo PREFIX=/opt/a4t ./install.sh

On Debian, packages that are missing are installed by apt-get; elsewhere they are
named. At run time the tool needs of them libbpf1 and libdw1 alone. The checkout and
home folders stay as they are: the build has a copy of the source and a Maven
repository of its own in /var/cache/accept4-trace.
END
}

say() {
    printf 'install.sh: %s\n' "$1"
}

fail() {
    printf 'install.sh: %s\nhint: %s\n' "$1" "$2" >&2
    exit "${3:-1}"
}

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$work" ] || rm -rf "$work"
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
            --demo) demo=yes ;;
            --deps) action=deps ;;
            --uninstall) action=uninstall ;;
            --prebuilt)
                [ $# -gt 1 ] || fail '--prebuilt: TREE is missing' './install.sh --help shows the options' 2
                prebuilt=$2
                shift
                ;;
            -h | --help) usage && exit ;;
            *) fail "unknown option '$1'" './install.sh --help shows the options' 2 ;;
        esac
        shift
    done
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

check_rights() {
    case $PREFIX in
        /*) ;;
        *) fail "cannot install to '$PREFIX': PREFIX is no absolute path" 'PREFIX=/usr/local is the default' 2 ;;
    esac
    if is_root; then
        return
    fi
    if [ -z "$DESTDIR" ] || [ "$action" = deps ]; then
        fail 'cannot begin: not root' 'put sudo before it: sudo ./install.sh'
    fi
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/accept4-trace
}

# The output of a command goes to a log, whose end is shown when the command fails: quietly LOG COMMAND...
quietly() {
    log=$1
    shift
    "$@" >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        return 1
    }
}

# --- Packages ---

is_present() {
    case $1 in
        /*) [ -e "$1" ] ;;
        lib*.so.*) ldconfig -p | grep -qF "$1 " ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

packages_of() {
    printf '%s\n' "$1" | awk '{ print $2 }'
}

# Prints the packages that are missing, of a table as above.
missing_packages() {
    printf '%s\n' "$1" | while read -r what package; do
        [ -z "$what" ] || is_present "$what" || printf '%s ' "$package"
    done
}

install_packages() {
    packages=$(missing_packages "$1")
    packages=${packages% }
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null ||
        fail "cannot install $packages: no apt-get here" 'these are the names in Debian; install what is alike'
    is_root || fail "cannot install $packages: not root" 'sudo ./install.sh --deps installs them'
    say "installing packages that are missing: $packages"
    quietly "$cache/packages.log" apt_get update -q=2 || say 'going on with the lists of packages as they are'
    # shellcheck disable=SC2086
    apt_get install --print-uris -q=2 $packages |
        awk '{ bytes += $3 } END { printf "    To download: %.0f MB, about a minute on a fast line.\n", bytes / 1e6 }'
    # shellcheck disable=SC2086
    quietly "$cache/packages.log" apt_get install -q=2 --yes $packages ||
        fail "cannot install the packages: see above and $cache/packages.log" 'is the network there?'
}

apt_get() {
    command=$1
    shift
    LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get "$command" --no-install-recommends "$@"
}

# --- Build ---

copy_source() {
    tar -C "$here" --exclude=target --exclude=.git -cf - . | tar -C "$1" --no-same-owner -xf -
}

# Leaves the runnable tree in target/dist. What only tests and developers need is left out.
build() {
    cd "$work" && mvn -B -ntp -Dstyle.color=never "-Dmaven.repo.local=$cache/maven" \
        -Dmaven.test.skip -DskipTests -Dspotless.check.skip -Dpackages.skip=true -P '!error-prone' package
}

# So that they stay when the build's packages are removed and apt-get autoremove follows.
keep_run_packages() {
    if is_root && [ -z "$DESTDIR" ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2046
        quietly "$cache/packages.log" apt_get install -q=2 --yes --no-upgrade $(packages_of "$run_needs") ||
            fail "cannot keep the packages that it runs with: see above and $cache/packages.log" 'is the network there?'
    fi
}

all_build_needs() {
    printf '%s' "$build_needs$run_needs"
    ! command -v dpkg >/dev/null || printf '%s' "$debian_needs"
}

build_tree() {
    install_packages "$(all_build_needs)"
    say 'building ...'
    echo "    This takes about a minute. What Maven downloads, about 60 MB once, stays in $cache/maven."
    copy_source "$work"
    (quietly "$cache/build.log" build) ||
        fail "cannot build it: see above and $cache/build.log" 'Maven downloads what it needs: is the network there?'
    tree=$work/target/dist
}

prebuilt_tree() {
    [ -x "$prebuilt/bin/accept4-trace" ] ||
        fail "cannot install $prebuilt: no bin/accept4-trace in it" "'mvn -B package -DskipTests' makes target/dist"
    install_packages "$run_needs"
    tree=$prebuilt
}

# --- Installation ---

# Debian's /usr/local hands its group on to what is made in it.
give_to_root() {
    chmod -R u=rwX,go=rX,g-s "$1" && { ! is_root || chown -hR 0:0 "$1"; }
}

# Whole at once, so that nothing of an older version stays.
place() {
    mkdir -p "$to/$(dirname "$1")" &&
        rm -rf "$to/$1.new" &&
        cp -RP "$tree/$1" "$to/$1.new" &&
        give_to_root "$to/$1.new" &&
        rm -rf "${to:?}/$1" &&
        mv "$to/$1.new" "$to/$1"
}

tell_use() {
    version=$("$to/bin/accept4-trace" -V) || fail "cannot start $to/bin/accept4-trace: see above" 'try it again'
    tool=$to/bin/accept4-trace
    page=$to/share/man/man8/accept4-trace.8
    # sudo has its own PATH, and this is it when sudo has started us.
    case :$PATH: in
        *":$to/bin:"*) tool=accept4-trace page=accept4-trace ;;
    esac
    self=./install.sh
    [ "$PREFIX" = /usr/local ] || self="PREFIX=$PREFIX $self"
    say "installed $version in $to"
    cat <<END
    trace a server:  sudo $tool -p PID
    read more:       man $page
    take it away:    sudo $self --uninstall
END
}

install_tree() {
    work=$(mktemp -d "$cache/build.XXXXXX")
    if [ -n "$prebuilt" ]; then
        prebuilt_tree
    else
        build_tree
    fi
    keep_run_packages
    for part in $parts; do
        place "$part" || fail "cannot write to $to: see above" 'is there space, and may you write there?'
    done
    tell_use
}

uninstall() {
    for part in $parts; do
        rm -rf "${to:?}/$part"
    done
    [ -n "$DESTDIR" ] || rm -rf "$cache"
    case $to in
        /usr | /usr/local) folders=$shared_folders ;;
        *) folders="$shared_folders $own_folders" ;;
    esac
    for folder in $folders; do
        # Stays unless it is empty.
        rmdir "$to/$folder" 2>/dev/null || :
    done
    say "nothing of it is left in $to; packages stay installed"
}

# --- Demo ---

# The server starts its clients when it is told to: once the tracer has attached.
run_demo() {
    is_root || fail 'cannot run the demo: not root' 'sudo ./install.sh --demo'
    mkfifo "$work/go" "$work/notices"
    "$to/lib/accept4-trace/demo-server" <"$work/go" &
    server=$!
    exec 3>"$work/go"
    "$to/bin/accept4-trace" -p "$server" --count 10 2>"$work/notices" 3>&- &
    tracer=$!
    while IFS= read -r notice; do
        printf '%s\n' "$notice" >&2
        case $notice in
            # Apart, as there is nobody to tell when the server has failed.
            *': tracing accept4 of '*) (echo go >&3) || : ;;
        esac
    done <"$work/notices"
    wait "$tracer" || fail 'the demo failed: see above' "$to/bin/accept4-trace --check tells what this kernel allows"
    # It has more connections to make than are shown.
    kill "$server" 2>/dev/null || fail 'the demo failed: its server ended early' 'sudo ./install.sh installs it anew'
    server=
    say 'wait= is how long a connection waited to be accepted, queue= how many still wait, of how many at most'
}

main() {
    PATH=$PATH:/usr/sbin:/sbin
    parse "$@"
    # Unpacked from accept4-trace-VERSION-ARCH.tar.gz, it stands beside the tree.
    [ -n "$prebuilt" ] || [ -e "$here/pom.xml" ] || prebuilt=$here
    check_rights
    to=$DESTDIR$PREFIX
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
    [ "$action" = uninstall ] || mkdir -p "$cache"
    case $action in
        deps) install_packages "$(all_build_needs)" ;;
        uninstall) uninstall ;;
        install)
            install_tree
            [ "$demo" = no ] || run_demo
            ;;
    esac
}

main "$@"
