"""The real program in processes of its own, as an operator runs it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

_START_SECONDS = 90
_INVITATION = re.compile(r"(/admin/first-run\?token=\S+)")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """Running processes: `web` are the base addresses, `invitation` the path that makes the owner's account."""

    folder: Path
    environment: dict[str, str]
    web: list[str] = field(default_factory=list)
    invitation: str = ""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_web(self) -> str:
        """Start one more web process; the first one makes the demo shop."""
        port = free_port()
        log = self._run("serve", "--demo", "--port", str(port))
        address = f"http://127.0.0.1:{port}"
        self._wait(f"{address}/readyz", log)
        self.web.append(address)
        found = _INVITATION.search(log.read_text(encoding="utf-8"))
        self.invitation = found[1] if found else ""  # a newer link replaces the older one
        return address

    def start_worker(self) -> None:
        """Start a background worker of the scaled form."""
        self._run("worker", "--threads", "2")

    def stop(self) -> None:
        """End every process, the gentle way first."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def logs(self) -> str:
        """What all processes printed."""
        return "\n".join(p.read_text(encoding="utf-8") for p in sorted(self.folder.glob("*.log")))

    def _run(self, *arguments: str) -> Path:
        log = self.folder / f"{len(self._processes)}-{arguments[0]}.log"
        out: IO[bytes] = log.open("wb")
        command = [sys.executable, "-m", "comanda", *arguments]
        environment = {**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"}
        self._processes.append(
            subprocess.Popen(command, cwd=self.folder, env=environment, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own program
        )
        out.close()
        return log

    def _wait(self, address: str, log: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - loopback
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            if self._processes[-1].poll() is not None:
                break
        pytest.fail(f"did not start:\n{log.read_text(encoding='utf-8')}")
