"""``python -m podium_verify``."""

from podium_verify.cli import main

raise SystemExit(main())
