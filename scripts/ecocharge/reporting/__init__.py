"""Tables for the terminal, read from the warehouse."""
