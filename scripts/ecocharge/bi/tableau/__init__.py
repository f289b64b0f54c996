"""A Tableau extract of the marts and a packaged workbook with the three dashboards."""
