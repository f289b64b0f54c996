"""A generated feed as it would come in: file by file, at the pace of a clock."""
