"""`python -m ecocharge` is the command `ecocharge`."""

from ecocharge.cli import main

main()
