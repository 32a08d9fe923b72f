"""Programmes: who gives, for what, to whom, how much, and who must approve; and exchange rates."""
