"""The stream itself: Spark keeps account of the files, the landing does the rest.

Spark's file source writes down which files a batch holds before it runs it, and that it is done
after it. Their bytes are read here, by Spark's file systems but past its engine: what Spark holds
may go to its scratch folder, and no personal value may be written before it is hashed.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ecocharge.errors import EcoChargeError
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.load import Options
from ecocharge.landing.run import data_suffixes
from ecocharge.streaming.batch import Destination, land_batch

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MASTER = "ECOCHARGE_SPARK_MASTER"
_SCHEMA = "path string, modificationTime timestamp, length long, content binary"
# Files older than the newest by more than this are passed over without a word: none shall be.
_NEVER_TOO_OLD = "36500d"
_LOOK_SECONDS = 0.5
_FINISHING_SECONDS = 600.0


@dataclass
class Stream:
    """A folder, local or of any file system that Spark reads, whose files go to landing once.

    Attributes:
        to: where they go.
        folder: a path, or an address such as hdfs://host/folder or s3a://bucket/folder.
        files_per_batch: how many are landed under one lock.
        stop: asks to end.
        tell: takes a line for the user.
        complain: takes what the user should mend.
    """

    to: Destination
    folder: str
    files_per_batch: int
    stop: threading.Event
    tell: Callable[[str], None]
    complain: Callable[[str], None]
    _error: EcoChargeError | None = field(default=None, init=False)

    @property
    def checkpoint(self) -> Path:
        """Where Spark keeps account, beside the durable state."""
        return self.to.paths.state.parent / "streams" / self.to.feed.name

    def run(self, every: float | None) -> None:
        """Land what comes, until asked to end.

        Args:
            every: seconds from batch to batch; None lands what is there and ends.

        Raises:
            EcoChargeError: Spark is not there, the folder cannot be read, or a batch failed; the
                same command goes on from there.
        """
        spark = start_spark()
        try:
            self._stream(spark, every)
        finally:
            spark.stop()

    def _stream(self, spark: SparkSession, every: float | None) -> None:
        files = (
            spark.readStream.format("binaryFile")
            .schema(_SCHEMA)
            .option("maxFilesPerTrigger", self.files_per_batch)
            .option("maxFileAge", _NEVER_TOO_OLD)
            .option("recursiveFileLookup", "true")
            .load(self.folder)
        )
        # The content is not asked for, so that Spark does not read it.
        writer = (
            files.select("path")
            .writeStream.queryName(self.to.feed.name)
            .option("checkpointLocation", str(self.checkpoint))
            .foreachBatch(self._land)
        )
        paced = (
            writer.trigger(availableNow=True)
            if every is None
            else writer.trigger(processingTime=f"{every} seconds")
        )
        query = paced.start()
        while query.isActive and not self.stop.is_set():
            self.stop.wait(_LOOK_SECONDS)
        finishing = threading.Event()
        for _ in range(int(_FINISHING_SECONDS / _LOOK_SECONDS)):
            if not query.isActive or not query.status["isTriggerActive"]:
                break
            finishing.wait(_LOOK_SECONDS)
        failed = query.exception()
        query.stop()
        if self._error is not None:
            raise self._error
        if failed is not None:
            raise EcoChargeError(
                f"the stream ended: {str(failed).splitlines()[0]}",
                remedy="see Spark's own message above; the same command goes on from there",
            )

    def _land(self, batch: DataFrame, number: int) -> None:
        """Land a micro-batch; run again under the same number, it lands nothing twice."""
        try:
            paths = sorted(row.path for row in batch.collect())
            files = [item for path in paths if (item := self._fetched(batch, path))]
            if not files:
                return
            landed = land_batch(self.to, files, self.stop, self.tell)
        except EcoChargeError as error:
            self._error = error
            raise
        for refused in landed.errors:
            self.complain(str(refused))
        self.tell(
            f"batch {number}: {landed.new_files:,} of {len(files):,} files landed, "
            f"{landed.new_rows:,} rows"
        )

    def _fetched(self, batch: DataFrame, path: str) -> InputFile | None:
        """A file's name and bytes; None for one that is no data by its name."""
        jvm: Any = batch.sparkSession._jvm
        settings = batch.sparkSession._jsc.hadoopConfiguration()
        file, folder = (
            jvm.org.apache.hadoop.fs.Path(path),
            jvm.org.apache.hadoop.fs.Path(self.folder),
        )
        system = file.getFileSystem(settings)
        below = str(system.makeQualified(folder).toUri().relativize(file.toUri()).getPath())
        if PurePosixPath(below).suffix.lower() not in data_suffixes(self.to.feed, Options()):
            return None
        opened = system.open(file)
        try:
            content = bytes(jvm.org.apache.commons.io.IOUtils.toByteArray(opened))
        finally:
            opened.close()
        return InputFile(Path(file.toUri().getPath()), below, content)


def start_spark() -> SparkSession:
    """A session: of the master that ECOCHARGE_SPARK_MASTER names, else in this machine.

    Raises:
        EcoChargeError: Spark or Java is not there.
    """
    try:
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415 - an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        raise EcoChargeError(
            "Spark is not installed in this environment",
            remedy="install the extra `streaming` (pyspark 4.3.0, and Java 17 or newer), or use "
            "`ecocharge refresh`, which needs neither",
        ) from None
    try:
        session: SparkSession = (
            SparkSession.builder.master(os.environ.get(MASTER, "local[2]"))
            .appName("ecocharge stream")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.warehouse.dir", tempfile.gettempdir())
            .getOrCreate()
        )
    except PySparkRuntimeError as error:
        raise EcoChargeError(
            "Spark does not start",
            remedy="install Java 17 or newer and set JAVA_HOME to it",
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session
