"""A Chromium that is told what to do through a pipe, by its DevTools protocol; no driver needed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_WAIT_SECONDS = 60.0


class Tab:
    """One page of a running Chromium.

    Attributes:
        requests: addresses that the page asked for, in order.
        console: what it wrote to its console or failed with.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._rest, self._number, self._session = b"", 0, ""
        self.requests: list[str] = []
        self.console: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What the browser answers.

        Raises:
            RuntimeError: when it refuses.
            TimeoutError: when it is silent.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < until:
            told = self._next()
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']['message']}")
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)
        raise TimeoutError(method)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, awaited if it is a promise."""
        found = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(json.dumps(found["exceptionDetails"])[:500])
        return found["result"].get("value")

    def screenshot(self, path: Path, width: int, *, dark: bool) -> None:
        """The whole page as a PNG, `width` pixels wide."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        time.sleep(1.5)
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._reading, 1 << 20)
            if not read:
                raise TimeoutError("the browser is gone")
            self._rest += read
        one, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(one)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        method, given = told.get("method"), told.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.console.append(json.dumps([each.get("value") for each in given["args"]]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(given["exceptionDetails"]["text"])
        elif method == "Log.entryAdded":
            self.console.append(given["entry"]["text"])


@contextmanager
def opened(chromium: str) -> Iterator[Tab]:
    """A tab of a Chromium of its own, closed at the end."""
    to_browser, writing = os.pipe()
    reading, from_browser = os.pipe()

    def as_three_and_four() -> None:
        os.dup2(os.dup2(to_browser, 103), 3)
        os.dup2(os.dup2(from_browser, 104), 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [
                *(chromium, "--headless", "--no-sandbox", "--disable-gpu"),
                *("--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"),
            ],
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=as_three_and_four,  # noqa: PLW1509 - the pipes are to have these numbers
        )
        try:
            yield Tab(reading, writing)
        finally:
            browser.kill()
            browser.wait()
            for end in (to_browser, writing, reading, from_browser):
                os.close(end)
