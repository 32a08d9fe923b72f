"""Reintegration plans: a draft edited in place, frozen versions, activities, lines and their funding."""
