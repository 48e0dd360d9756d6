"""Starts the server of the press, and tells it what to play."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from benchmarks.scenes import Scene
from benchmarks.world import World

ROOT = Path(__file__).parent.parent


class Asked(Struct, frozen=True, kw_only=True):
    """What the press was asked in a scene."""

    statuses: dict[str, int]  #: answers by status, of feeds that are well
    healthy_done: float  #: when the last of them went out, on the monotonic clock


class Stage:
    """A running server; speaks to it line by line."""

    def __init__(self, server: subprocess.Popen[str], world: World) -> None:
        self._server = server
        self._world = world
        self._ports: dict[str, list[int]] = self._heard()

    def urls(self, *, secure: bool) -> list[str]:
        """Give the address of every feed, spread over the ports."""
        scheme = "https" if secure else "http"
        ports = self._ports[scheme]
        feeds = enumerate(self._world.feeds)
        return [f"{scheme}://127.0.0.1:{ports[place % len(ports)]}{feed.path}" for place, feed in feeds]

    def play(self, scene: Scene) -> None:
        """Let a scene begin; returns when every answer is ready."""
        self._say(asdict(scene))
        self._heard()

    def asked(self) -> Asked:
        """Say what was asked since the scene began."""
        self._say(None)
        return Asked(**self._heard())

    def _say(self, message: object) -> None:
        if self._server.stdin is None:
            raise RuntimeError("the server was started without a line to it")
        self._server.stdin.write(json.dumps(message) + "\n")
        self._server.stdin.flush()

    def _heard(self) -> Any:
        line = self._server.stdout.readline() if self._server.stdout else ""
        if not line:
            raise RuntimeError("the server of the press has ended; what it said is above")
        return json.loads(line)


@contextmanager
def opened(world: World, *, ports: int, certificate: Path | None) -> Iterator[Stage]:
    """Serve a world on so many ports for HTTP, and as many for HTTPS where there is a certificate."""
    command = [sys.executable, "-m", "benchmarks.server", "--feeds", str(world.size), "--seed", str(world.seed)]
    command += ["--now", world.now.isoformat(), "--ports", str(ports)]
    command += ["--certificate", str(certificate)] if certificate else []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield Stage(server, world)
        finally:
            server.kill()
