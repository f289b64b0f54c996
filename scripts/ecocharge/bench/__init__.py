"""How close the build is to what DuckDB must do at the least."""
