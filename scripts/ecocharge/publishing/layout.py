"""The names inside a generation folder, as its readers know them."""

from __future__ import annotations

DATABASE_FILE = "ecocharge.duckdb"
DESCRIPTION_FILE = "generation.json"
PARQUET_FOLDER = "parquet"

# In the folder of a mart that is partitioned by month, after Hive: month=2025-03/data.parquet
MONTH_COLUMN = "month"
MONTH_FILE = "data.parquet"
NO_MONTH = "__HIVE_DEFAULT_PARTITION__"

# In a bucket, beside each other: generations, the pages, and what says which generation is live.
GENERATIONS_FOLDER = "generations"
SITE_FOLDER = "site"
POINTER_FILE = "latest.json"
