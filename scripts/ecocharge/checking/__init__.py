"""A dry run: files landed and classified by the real models, in a folder that is then removed."""
