#!/usr/bin/env bash
# bubblewrap, the isolation where no engine answers, with a trial of the namespaces it needs.
# Usage: bubblewrap.sh start|stop
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

case "${1:-}" in
    start)
        install_packages bubblewrap
        bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all --die-with-parent true ||
            die "bubblewrap cannot create its namespaces on this machine."
        export_part PODIUM_TEST_BUBBLEWRAP "$(command -v bwrap)"
        ;;
    stop) unexport_part PODIUM_TEST_BUBBLEWRAP ;;
    *) die "usage: bubblewrap.sh start|stop" ;;
esac
