"""Whether this container does its work: ``python deploy/healthcheck.py web|worker``.

``web`` asks the site, which asks its database. ``worker`` looks for this container among the
workers that the queue server knows: a worker renews its entry while it lives, so a dead one
disappears. Exits with 0, or with 1 and a sentence.
"""

from __future__ import annotations

import http.client
import os
import socket
import sys
from collections.abc import Callable

import redis
import rq

SECONDS = 5


class Unhealthy(Exception):
    """This container does not do its work; the text says what is wrong."""


def check_web() -> None:
    """Raise Unhealthy unless the site answers under its own name."""
    host = os.environ["PODIUM_ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise Unhealthy(f"the site does not answer: {error}") from error
    finally:
        connection.close()
    if status != 200:
        raise Unhealthy(f"the site answers with status {status}")


def check_worker() -> None:
    """Raise Unhealthy unless the queue server knows a live worker of this container."""
    url = os.environ["PODIUM_REDIS_URL"]
    connection = redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
    try:
        names = {worker.hostname for worker in rq.Worker.all(connection=connection)}
    except redis.RedisError as error:
        raise Unhealthy(f"the queue server does not answer: {error}") from error
    finally:
        connection.close()
    if socket.gethostname() not in names:
        raise Unhealthy("the queue server knows no worker of this container")


CHECKS: dict[str, Callable[[], None]] = {"web": check_web, "worker": check_worker}


def main(arguments: list[str]) -> int:
    """Run the named check."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        print(f"usage: healthcheck.py {'|'.join(CHECKS)}", file=sys.stderr)
        return 2
    try:
        CHECKS[arguments[0]]()
    except Unhealthy as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
