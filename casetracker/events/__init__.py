"""The record of who did what: typed events in chains, with the difference of every row that changed."""
