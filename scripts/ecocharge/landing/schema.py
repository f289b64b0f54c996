"""What a landed file holds: the declared columns as text, then the lineage of each row.

In a file of its own, because the generator needs it and needs no database: 30 MB less.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

LINEAGE = (
    ("source_system", pa.string()),
    ("source_file", pa.string()),
    ("source_line", pa.int64()),
    ("load_id", pa.string()),
    ("arrival_seq", pa.int64()),
    ("exported_on", pa.string()),
    ("parse_error", pa.string()),
    ("raw_bytes", pa.int64()),
    ("raw_hash", pa.string()),
)
"""The lineage columns with their types, in order."""


def landed_schema(columns: Sequence[str]) -> pa.Schema:
    """The schema of a landed file: the declared columns as text, then the lineage columns."""
    return pa.schema([*((name, pa.string()) for name in columns), *LINEAGE])
