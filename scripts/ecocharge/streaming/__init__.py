"""Spark Structured Streaming as a writer of landed rows: what came, and each file once."""
