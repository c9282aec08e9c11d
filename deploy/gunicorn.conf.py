"""How gunicorn serves the site inside its container; the proxy before it ends TLS.

Threads, because a slow upload holds one for minutes while it streams to disk: with the usual
one-request workers a few participants on slow lines would stop the site.
"""

from __future__ import annotations

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("PODIUM_WEB_PROCESSES", "2"))
threads = int(os.environ.get("PODIUM_WEB_THREADS", "8"))
# A worker that gives no sign of life for so many seconds is replaced; a long request is none.
timeout = 60
graceful_timeout = 30
keepalive = 5
# The root filesystem is read-only, and a heartbeat file on a disk can block.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
# The container's port is reachable from the proxy only.
forwarded_allow_ips = "*"
accesslog = "-"
errorlog = "-"
