"""Kits for BI tools, made from dbt's manifest and the semantic model: one definition for all."""
