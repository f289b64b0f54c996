"""The LookML project as a folder."""

from __future__ import annotations

from pathlib import Path

from ecocharge.bi.dashboards import PAGES
from ecocharge.bi.folders import replaced, write
from ecocharge.bi.looker.boards import dashboard
from ecocharge.bi.looker.explores import model_file
from ecocharge.bi.looker.lookml import rendered
from ecocharge.bi.looker.views import view
from ecocharge.bi.model import Model

MODEL = "ecocharge"


def write_looker(model: Model, folder: Path, connection: str) -> None:
    """Write the LookML project.

    Args:
        model: what it is made from.
        folder: replaced as a whole.
        connection: the name of the connection in Looker, to the Postgres with the marts.

    Raises:
        EcoChargeError: the folder is something else's, or cannot be written.
    """
    with replaced(folder, "looker", {"connection": connection}) as aside:
        write(aside / f"{MODEL}.model.lkml", model_file(model, connection))
        for table in model.tables:
            if table.name != model.days:
                text = rendered(view(model, table))
                write(aside / "views" / f"{table.name}.view.lkml", text)
        for page in PAGES:
            text = dashboard(model, page, MODEL)
            write(aside / "dashboards" / f"{page.name}.dashboard.lookml", text)
