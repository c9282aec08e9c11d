#!/usr/bin/env bash
# Every real part that tests can use. gVisor comes before the engine, which registers it.
# Usage: all.sh start|stop    then: . var/parts/env
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
HERE="$(dirname "$0")"

case "${1:-}" in
    start)
        # One apt-get run for all is much faster than one a part; each part checks its own again.
        install_packages ca-certificates debian-archive-keyring docker.io iptables debootstrap \
            postgresql python3 chromium chromium-driver fonts-dejavu-core libatomic1 \
            bubblewrap
        for part in gvisor docker postgres browser bubblewrap; do
            bash "$HERE/$part.sh" start
        done
        ;;
    stop)
        for part in docker postgres gvisor browser bubblewrap; do
            bash "$HERE/$part.sh" stop
        done
        ;;
    *) die "usage: all.sh start|stop" ;;
esac
