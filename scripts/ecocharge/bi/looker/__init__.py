"""LookML over the Postgres copy: one view a mart, one explore a fact, the three dashboards."""
