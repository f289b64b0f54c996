"""The run log: what was run when, how it ended, what it took and what came of it."""
