"""Landing: an operator's file becomes text rows in Parquet and one row in the manifest.

`formats` declares the sources, `decoding` and `lines` turn bytes into physical lines,
`records` turns lines into records, `header` fits a file to a declaration, `personal` replaces
personal values by a keyed hash, `parquet` writes the rows, `manifest` remembers the loads, and
`load` does one file from first byte to manifest row.
"""
