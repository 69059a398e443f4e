"""Pieces of pages: one component a file, each an ordinary class made inside a page function."""
