"""Pages as a browser sees them: parsed as written, or drawn by a real Chromium."""

from __future__ import annotations

import subprocess
from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """Every element's text by id, its attributes, and every address that it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self.scripts: list[str] = []
        self.inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.tags.append(tag)
        self.attributes.append((tag, own))
        if tag not in {"meta", "br", "input", "link", "img"}:
            kind = f" {own['type']}" if tag == "script" and own.get("type") else ""
            self.inside.append(own.get("id") or f"<{tag}{kind}>")
        if tag == "script" and own.get("type") is None:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        for name in self.inside:
            self.text[name] = self.text.get(name, "") + data
        if self.inside and self.inside[-1] == "<script>":
            self.scripts[-1] += data


def drawn(chromium: str, file: Path, profile: Path, link: str = "") -> tuple[Page, str]:
    """The page as Chromium drew it, and what it wrote to its console.

    Args:
        link: what follows the `#` of its address.
    """
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            "--enable-logging=stderr",
            "--virtual-time-budget=8000",
            "--dump-dom",
            f"{file.as_uri()}#{link}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    console = "\n".join(line for line in done.stderr.splitlines() if ":CONSOLE:" in line)
    return Page(done.stdout), console
