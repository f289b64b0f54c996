"""The forecast beside its rivals, from the same origins and the same knowledge.

    pip install -r benchmarks/requirements.txt
    python benchmarks/forecast_rivals.py [--sets dense,sessions,dundee,norway,boulder]

Each set is landed and built once, under `--work`, as any operator would; what is scored are the
forecasts that the build issued, a day ahead from local midnight (a week ahead from Mondays). The
rivals get what had been counted at each origin, no more, and are refitted when the project's own
trees were: LightGBM on the same rows, features and losses, once with the same sizes and once with
its own; on the dense set mlforecast's recursive LightGBM and statsforecast's AutoETS, too.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from forecast_figures import (
    Figure,
    common_hours,
    coverage_figures,
    dense_figures,
    scores,
    session_figures,
)
from forecast_sets import RECIPES, ROOT, Network, read, warehouse
from rivals import exponential_smoothing, gradient_boosting, recursive

from ecocharge.forecasting.settings import Settings

_OWN = Settings()
_SAME_SIZES = {
    "n_estimators": _OWN.trees,
    "learning_rate": _OWN.learning_rate,
    "num_leaves": _OWN.leaves,
    "max_bin": _OWN.bins,
    "min_child_samples": _OWN.min_leaf_rows,
    "reg_lambda": _OWN.l2,
}
Rival = Callable[[Network], pd.DataFrame]
ALWAYS: dict[str, Rival] = {
    "lightgbm_same": gradient_boosting(_SAME_SIZES),
    "lightgbm_default": gradient_boosting({}),
}
DENSE_ONLY: dict[str, Rival] = {
    "mlforecast_l1": recursive("regression_l1"),
    "mlforecast_l2": recursive("regression"),
    "autoets": exponential_smoothing,
}


def measure(name: str, path: Path, origins: int | None) -> list[Figure]:
    """Run the rivals of one set, print its scores, and return its figures."""
    network = read(path, RECIPES[name].source, origins)
    is_dense = name == "dense"
    found = []
    for rival, forecast in (ALWAYS | DENSE_ONLY if is_dense else ALWAYS).items():
        began = time.process_time()
        found.append(forecast(network).assign(algorithm=rival))
        print(f"{name}: {rival} took {time.process_time() - began:.0f} CPU seconds", flush=True)
    rows = common_hours(network.issued, pd.concat(found, ignore_index=True))
    table = scores(rows)
    days = rows.loc[~rows["week_ahead"], "origin_ts_utc"].dt.floor("D").nunique()
    print(f"\n{name}: {days} day-ahead origins, {rows['series_id'].nunique()} series")
    print(table.to_string(float_format="%.3f"))
    ratios = dense_figures(table) if is_dense else session_figures(table)
    return ratios + coverage_figures(rows)


def main() -> None:
    """Measure the chosen sets and say which figures are met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sets", default=",".join(RECIPES))
    parser.add_argument("--origins", type=int, help="only the newest so many days")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "forecast_rivals")
    data = Path(os.environ.get("ECOCHARGE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data)
    options = parser.parse_args()
    for name in options.sets.split(","):
        path = warehouse(name, options.work.resolve(), options.data.resolve())
        print()
        for figure in measure(name, path, options.origins):
            told = f"{figure.value:7.3f}  {figure.must:13} {figure.verdict}".rstrip()
            print(f"{name:9} {figure.name:47} {told}")


if __name__ == "__main__":
    main()
