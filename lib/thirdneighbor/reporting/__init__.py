"""Running notebooks and writing their pages."""
