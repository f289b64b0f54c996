"""Profiles: what a real feed is like in a few tens of kB, and sessions drawn from that.

A profile holds parameters and quantile tables only. Its unit is whoever takes turns: a connector
(one car after the other) or, where the feed names its drivers, a driver (one visit after the
other). A unit's visits are a renewal process whose clock runs at the pace of its hours and days.
"""
