"""One person's entitlement under one package on one case, its clocks, and what becomes of its money."""
