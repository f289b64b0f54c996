"""Day-ahead demand: one regression per network, fitted on what was known, scored in the open."""
