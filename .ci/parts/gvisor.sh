#!/usr/bin/env bash
# gVisor's runsc. Debian 12 has no package of it; Debian 13's holds one static binary, so it is
# fetched with apt's own checks through a private source list and unpacked into var/parts/gvisor.
# The machine's package sources and its installed packages stay as they are.
# Usage: gvisor.sh start|stop
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

RELEASE=trixie
HOME_DIR="$PARTS/gvisor"
RUNSC="$HOME_DIR/usr/bin/runsc"

mirror() {
    local codename
    codename="$(. /etc/os-release && printf %s "$VERSION_CODENAME")"
    # shellcheck disable=SC2016  # apt expands these, not the shell
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
        awk -v codename="$codename" '$2 == codename && $3 == "main" && $4 == "Debian" && !n++ { print $1 }'
}

start() {
    [ -x "$RUNSC" ] && "$RUNSC" --version >/dev/null && return 0
    require_root "fetching gVisor"
    install_packages ca-certificates debian-archive-keyring
    local address apt
    address="$(mirror)"
    if [ -z "$address" ]; then
        apt-get -o DPkg::Lock::Timeout=600 update -qq >&2
        address="$(mirror)"
    fi
    [ -n "$address" ] || die "apt has no Debian main source, so there is no mirror to take $RELEASE from."
    say "fetching gVisor (runsc) from Debian $RELEASE"
    apt="$HOME_DIR/apt"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/empty"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "$address" "$RELEASE" >"$apt/sources.list"
    local options=(
        -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/empty"
        -o Dir::State::lists="$apt/lists" -o Dir::Cache::archives="$apt/archives"
        -o Dir::Cache::pkgcache="" -o Dir::Cache::srcpkgcache=""
        -o Dir::Etc::preferencesparts="$apt/empty" -o APT::Sandbox::User=root
        -o Acquire::Languages=none
    )
    apt-get "${options[@]}" update >&2 || die "the Debian mirror does not serve $RELEASE."
    (cd "$apt/archives" && rm -f runsc_*.deb && apt-get "${options[@]}" download runsc >&2) ||
        die "the Debian mirror has no runsc in $RELEASE."
    dpkg-deb -x "$apt"/archives/runsc_*.deb "$HOME_DIR"
    rm -rf "$apt"
    "$RUNSC" --version >&2
}

# A binary needs no stop.
case "${1:-}" in
    start) start && export_part PODIUM_TEST_RUNSC "$RUNSC" ;;
    stop) unexport_part PODIUM_TEST_RUNSC ;;
    *) die "usage: gvisor.sh start|stop" ;;
esac
