"""The facts by Spark on this machine alone: one script of its SQL, every fact written as it comes.

`python by_spark.py LANDING FOLDER` is run by an interpreter that has pyspark, and need have nothing
else. It writes a folder of Parquet per fact and `steps.json`, seconds by step; the rest of its time
is that of the interpreter and of the JVM to start and to end.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

_FACTS = ("fct_charging_sessions", "fct_energy_15min", "fct_energy_hourly")
_SETTINGS = {
    "spark.master": "local[*]",
    "spark.driver.memory": "6g",
    "spark.sql.session.timeZone": "UTC",
    # A few times the cores, where 200 would be for a cluster.
    "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)),
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # A landed file of a few dozen MB has work for every core.
    "spark.sql.files.maxPartitionBytes": "4m",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def write_facts(landing: Path, folder: Path) -> None:
    """Write the facts and `steps.json`.

    Args:
        landing: the native folder of a landing.
        folder: where to; must exist.
    """
    script = Path(__file__).with_name("spark.sql").read_text(encoding="utf-8")
    builder = SparkSession.builder.appName("ecocharge-bench")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.config("spark.sql.warehouse.dir", str(folder / "warehouse")).getOrCreate()
    began = time.perf_counter()
    for name in ("stations", "connectors", "sessions"):
        spark.read.parquet(str(landing / f"native_{name}")).createOrReplaceTempView(name)
    statements = script.strip().rstrip(";").split(";\n")
    for fact, statement in zip(_FACTS, statements, strict=True):
        spark.sql(statement)
        file = str(folder / f"{fact}.parquet")
        spark.table(fact).write.mode("overwrite").parquet(file)
        # The next fact reads what is written, and nothing is computed twice.
        spark.catalog.dropTempView(fact)
        spark.read.parquet(file).createOrReplaceTempView(fact)
    steps = {"work": time.perf_counter() - began}
    (folder / "steps.json").write_text(json.dumps(steps), encoding="utf-8")
    gateway = spark.sparkContext._gateway
    spark.stop()
    # Waited for, so that what the JVM took is counted with this process.
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


if __name__ == "__main__":
    write_facts(Path(sys.argv[1]), Path(sys.argv[2]))
