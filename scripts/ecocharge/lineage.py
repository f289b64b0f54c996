"""Where every column comes from, as a page, and how the marts hang together, as a diagram."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.artifacts import read_manifest

PAGE = "index.html"
EDGES = "colibri-manifest.json"
DIAGRAM = "marts.mmd"
_UNREAD = "colibri-parsing-errors.json"
_ENDS = ("source", "sourceColumn", "target", "targetColumn")
# The page can report its use: it is told not to, and the browser to let nothing out.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:;"
    " style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none';"
    " form-action 'none'; base-uri 'none'"
)


@dataclass(frozen=True)
class Lineage:
    """What was written: the folder, its column edges, and the columns that could not be traced."""

    folder: Path
    edges: int
    unread: int


def write_lineage(paths: Paths) -> Lineage:
    """Write page, edges and diagram to `site/lineage`, from dbt's manifest and catalog.

    Raises:
        EcoChargeError: dbt has written no documentation, or the extra is not installed.
    """
    marts = read_manifest(paths.target).marts
    catalog = paths.target / "catalog.json"
    if not catalog.is_file():
        raise EcoChargeError(
            "there is no catalog of the columns yet",
            file=catalog,
            remedy="run `ecocharge build`, then `dbt docs generate --static`",
        )
    folder = paths.site / "lineage"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _UNREAD).unlink(missing_ok=True)
    _trace_columns(paths.target / "manifest.json", catalog, folder)
    _draw_marts(paths.target, [mart.unique_id for mart in marts], folder / DIAGRAM)
    told = json.loads((folder / EDGES).read_text(encoding="utf-8"))["lineage"]["edges"]
    unread = folder / _UNREAD
    return Lineage(
        folder=folder,
        edges=len(
            {tuple(edge[end] for end in _ENDS) for edge in told if all(map(edge.get, _ENDS))}
        ),
        unread=len(json.loads(unread.read_text(encoding="utf-8"))) if unread.exists() else 0,
    )


def _trace_columns(manifest: Path, catalog: Path, folder: Path) -> None:
    extracting = _tool("dbt_colibri.lineage_extractor.extractor")
    reporting = _tool("dbt_colibri.report.generator")
    with _quiet("colibri"):
        extractor = extracting.DbtColumnLineageExtractor(str(manifest), str(catalog))
        report = reporting.DbtColibriReportGenerator(extractor, disable_telemetry=True)
        report.generate_report(output_dir=str(folder))
    page = folder / PAGE
    head, opening, rest = page.read_text(encoding="utf-8").partition("<head>")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    page.write_text(f"{head}{opening}{meta}{rest}", encoding="utf-8")


def _draw_marts(target: Path, marts: list[str], file: Path) -> None:
    diagrams = _tool("dbterd.api")
    drawn = diagrams.DbtErd(
        artifacts_dir=str(target),
        select=[f"exact:{mart}" for mart in marts],
        target="mermaid",
        entity_name_format="model",
    ).get_erd()
    file.write_text(drawn, encoding="utf-8")


def _tool(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise EcoChargeError(
            f"the lineage tools are not installed ({error.name})",
            remedy="install them: .venv/bin/pip install -e '.[lineage]'",
        ) from None


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Without the log of a tool, which warns of every table that dbt reads from a file."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
