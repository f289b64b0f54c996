"""The names inside a generation folder, as its readers know them."""

from __future__ import annotations

DATABASE_FILE = "ecocharge.duckdb"
DESCRIPTION_FILE = "generation.json"
PARQUET_FOLDER = "parquet"
