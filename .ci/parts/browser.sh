#!/usr/bin/env bash
# Chromium with its driver, one font so that pages and screenshots show letters, and the library
# that Playwright's own driver needs. Tests start the browser themselves.
# Usage: browser.sh start|stop
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

case "${1:-}" in
    start)
        install_packages chromium chromium-driver fonts-dejavu-core libatomic1
        export_part PODIUM_TEST_BROWSER "$(command -v chromium)"
        export_part PODIUM_TEST_BROWSER_DRIVER "$(command -v chromedriver)"
        ;;
    stop)
        unexport_part PODIUM_TEST_BROWSER
        unexport_part PODIUM_TEST_BROWSER_DRIVER
        ;;
    *) die "usage: browser.sh start|stop" ;;
esac
