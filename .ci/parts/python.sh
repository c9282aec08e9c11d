#!/usr/bin/env bash
# What Debian's Python lacks for making virtual environments. Another Python usually has it.
# Usage: python.sh start|stop
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

case "${1:-}" in
    start) python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv ;;
    stop) ;;
    *) die "usage: python.sh start|stop" ;;
esac
