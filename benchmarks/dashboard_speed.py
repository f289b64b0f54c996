"""How soon the dashboard draws, and how soon it has redrawn after a choice, in a real Chromium.

    ecocharge dashboard && python benchmarks/dashboard_speed.py site/index.html [--rounds 5]
        [--screenshots FOLDER]

First draw: from the start of navigation until every picture is there. Redraw: from a change of a
filter until every picture is there again, over all filters in turn. Both by the page's own clock.
Cells are station-hours, of which the page sums all that a choice leaves. Also told: what the page
asked the network for, and what it wrote to its console.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from statistics import median, quantiles

from devtools import Tab, opened

_ON_DRAWN = """
new MutationObserver(() => {
  const state = document.documentElement.dataset.drawn;
  if (state && !window.firstDraw) window.firstDraw = [state, performance.now()];
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-drawn"] });
"""
_WAIT = """
new Promise((done) => {
  const look = () => (window.firstDraw ? done(window.firstDraw) : setTimeout(look, 20));
  look();
})
"""
_CHOICES = """
["station", "city", "days", "season", "rows", "measure", "window", "series"].flatMap((name) =>
  [...document.getElementById(name).options].slice(0, 8).map((each) => [name, each.value]))
"""
_CHOOSE = """
new Promise((done) => {{
  const root = document.documentElement;
  delete root.dataset.drawn;
  const began = performance.now();
  const watch = new MutationObserver(() => {{
    if (!root.dataset.drawn) return;
    watch.disconnect();
    requestAnimationFrame(() => done([root.dataset.drawn, performance.now() - began]));
  }});
  watch.observe(root, {{ attributes: true, attributeFilter: ["data-drawn"] }});
  const select = document.getElementById({name!r});
  select.value = {value!r};
  select.dispatchEvent(new Event("change", {{ bubbles: true }}));
}})
"""
_CELLS = """
Cells.unpack(document.getElementById("cells").textContent).then((cells) =>
  cells.days.reduce((sum, block) => sum + (block ? block.hours.length : 0), 0))
"""
_WIDTHS = {"desktop": 1280, "phone": 390}


def measure(tab: Tab, page: Path, rounds: int) -> None:
    """Print the figures of a page."""
    firsts, redraws = [], []
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=_ON_DRAWN)
    for _ in range(rounds):
        tab.call("Page.navigate", url="about:blank")
        tab.call("Page.navigate", url=page.resolve().as_uri())
        state, took = tab.evaluate(_WAIT)
        if state != "yes":
            raise SystemExit(f"the page could not be drawn: {state}")
        firsts.append(took)
    cells = tab.evaluate(_CELLS)
    # The first choices warm the browser's compiler up, as a reader's do.
    for turn in range(rounds + 1):
        for name, value in tab.evaluate(_CHOICES):
            state, took = tab.evaluate(_CHOOSE.format(name=name, value=value))
            if state != "yes":
                raise SystemExit(f"{name} = {value}: the page could not be drawn")
            if turn:
                redraws.append(took)
        tab.evaluate("HTMLFormElement.prototype.reset.call(document.getElementById('filters'))")
    told = quantiles(redraws, n=20)
    outside = [each for each in tab.requests if not each.startswith(("file:", "about:", "data:"))]
    print(
        f"{cells:,} cells, {page.stat().st_size / 1e6:.2f} MB\n"
        f"first draw {median(firsts):.0f} ms ({min(firsts):.0f} to {max(firsts):.0f})\n"
        f"redraw {median(redraws):.0f} ms, p95 {told[-1]:.0f} ms, of {len(redraws)} choices\n"
        f"{len(outside)} requests to the outside, {len(tab.console)} messages on the console"
    )
    for line in dict.fromkeys((*outside, *tab.console)):
        print(f"  {line}")


def main() -> None:
    """Measure one page, and take its pictures if they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    if not options.chromium:
        raise SystemExit("Chromium is not there; name it with --chromium")
    with opened(options.chromium) as tab:
        measure(tab, options.page, options.rounds)
        if options.screenshots:
            options.screenshots.mkdir(parents=True, exist_ok=True)
            for name, width in _WIDTHS.items():
                for dark in (False, True):
                    shot = options.screenshots / f"{name}-{'dark' if dark else 'light'}.png"
                    tab.screenshot(shot, width, dark=dark)


if __name__ == "__main__":
    main()
