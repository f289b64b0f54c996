"""Generated sessions in the clothes of other systems, with faults where wanted, and their truth.

What a clothing writes, the adapter of the same format lands again.
"""
