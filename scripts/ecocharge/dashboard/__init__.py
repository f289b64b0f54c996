"""The dashboard: one static page over the published marts."""
