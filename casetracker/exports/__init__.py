"""Histories to take away: one case as a file, many as a bundle that proves itself."""
