"""The asylum part of a case: it exists for the sending side only, in pages, history and counts."""
