"""The receipt: from a plain sum of the files to the energy that counts, row by row."""
