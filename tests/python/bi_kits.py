"""The demo's marts as a generation that kits are made from, and the model behind all kits."""

from __future__ import annotations

from pathlib import Path

from project import ROOT, Project

from ecocharge.bi.model import Model
from ecocharge.bi.reading import read_model
from ecocharge.publishing.artifacts import read_manifest
from ecocharge.publishing.generation import write_description, write_marts

SCHEMAS = ROOT / "tests" / "schemas"


def model_of(project: Project) -> Model:
    return read_model(project.target)


def publish_for_kits(project: Project, model: Model, folder: Path) -> Path:
    """The marts that kits show, in `folder` as a publish leaves them; returns the folder."""
    wanted = {table.name for table in model.tables}
    manifest = read_manifest(project.target)
    marts = [mart for mart in manifest.marts if mart.name in wanted]
    written = write_marts(folder, project.warehouse, marts, lambda _: None)
    write_description(
        folder,
        generation_id="20250601T000000000000Z-00000000",
        created_at_utc="2025-06-01T00:00:00Z",
        code_version="test",
        invocation_id=manifest.invocation_id,
        inputs=[],
        marts=written,
    )
    return folder
