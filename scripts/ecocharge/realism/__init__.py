"""How real synthetic sessions are: one number, its parts, and baselines beside it."""
