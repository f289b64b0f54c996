"""The Power BI project as a folder: `EcoCharge.pbip`, its report and its semantic model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ecocharge.bi.folders import replaced, write
from ecocharge.bi.identity import identity
from ecocharge.bi.model import Model
from ecocharge.bi.powerbi.report import SCHEMAS, report_files
from ecocharge.bi.powerbi.tmdl import model_files

NAME = "EcoCharge"


def write_powerbi(model: Model, folder: Path, parquet_folder: str) -> None:
    """Write the project.

    Args:
        model: what it is made from.
        folder: replaced as a whole.
        parquet_folder: the first value of the parameter `ParquetFolder`.

    Raises:
        EcoChargeError: the folder is something else's, or cannot be written.
    """
    with replaced(folder, "powerbi", {"parquet_folder": parquet_folder}) as aside:
        _json(aside / f"{NAME}.pbip", _shortcut())
        report, semantic = aside / f"{NAME}.Report", aside / f"{NAME}.SemanticModel"
        _json(report / ".platform", _platform("Report"))
        _json(report / "definition.pbir", _report_definition())
        for path, content in report_files(model).items():
            _json(report / "definition" / path, content)
        _json(semantic / ".platform", _platform("SemanticModel"))
        _json(semantic / "definition.pbism", _model_definition())
        for path, text in model_files(model, parquet_folder).items():
            write(semantic / "definition" / path, text)


def _json(file: Path, content: dict[str, Any]) -> None:
    write(file, json.dumps(content, indent=2, ensure_ascii=False))


def _shortcut() -> dict[str, Any]:
    return {
        "$schema": f"{SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json",
        "version": "1.0",
        "artifacts": [{"report": {"path": f"{NAME}.Report"}}],
        "settings": {"enableAutoRecovery": True},
    }


def _platform(kind: str) -> dict[str, Any]:
    return {
        "$schema": f"{SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json",
        "metadata": {"type": kind, "displayName": NAME},
        "config": {"version": "2.0", "logicalId": identity("powerbi", kind)},
    }


def _report_definition() -> dict[str, Any]:
    return {
        "$schema": f"{SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json",
        "version": "4.0",
        "datasetReference": {"byPath": {"path": f"../{NAME}.SemanticModel"}},
    }


def _model_definition() -> dict[str, Any]:
    return {
        "$schema": f"{SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json",
        "version": "4.2",
        "settings": {},
    }
