"""A Power BI project over the published Parquet files: TMDL model, PBIR report."""
