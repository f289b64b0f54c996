"""The Tableau kit as a folder: the extract, and the workbook packaged with it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from ecocharge.bi.folders import replaced
from ecocharge.bi.model import Model
from ecocharge.bi.tableau.extract import write_extract
from ecocharge.bi.tableau.source import EXTRACT
from ecocharge.bi.tableau.workbook import workbook

NAME = "ecocharge"
# The first moment that a zip can name: two packages of one content are the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_tableau(
    model: Model,
    folder: Path,
    parquet: Path,
    generation: str,
    done: Callable[[str], None] = lambda _: None,
) -> None:
    """Write `ecocharge.hyper` and `ecocharge.twbx`.

    Args:
        model: what they are made from.
        folder: replaced as a whole.
        parquet: the folder with the published Parquet files.
        generation: its id, told in `kit.json`.
        done: called with the name of each mart after it is in the extract.

    Raises:
        EcoChargeError: the engine is not installed, a mart is not published, the folder is
            something else's, or it cannot be written.
    """
    with replaced(folder, "tableau", {"generation": generation}) as aside:
        extract = aside / f"{NAME}.hyper"
        write_extract(model, parquet, extract, done)
        with zipfile.ZipFile(aside / f"{NAME}.twbx", "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(_entry(f"{NAME}.twb"), workbook(model))
            with extract.open("rb") as source, package.open(_entry(EXTRACT), "w") as packed:
                shutil.copyfileobj(source, packed)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
