"""A chart as a file that needs nothing else to be looked at."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import vl_convert

from ecocharge.errors import EcoChargeError


def write_picture(chart: alt.TopLevelMixin, file: Path) -> None:
    """Write the chart as .svg or .png, by the file's name.

    Raises:
        EcoChargeError: for another ending.
    """
    if file.suffix not in {".svg", ".png"}:
        raise EcoChargeError("a picture is .svg or .png", remedy="change its name", file=file)
    spec = chart.to_json()
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".svg":
        file.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    else:
        file.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
