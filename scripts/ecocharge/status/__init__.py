"""Is all well? What is published, what ran last, what waits, what is late."""
