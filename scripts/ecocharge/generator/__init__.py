"""A seeded charging network: stations, drivers, sessions, meter values and grid factors.

The unit of work is one site in one local month. Sites are independent; the months of a site
follow each other, because a car may still be plugged in when the month turns.
"""
