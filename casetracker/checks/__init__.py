"""What auditors look for, as rules over the facts of a case as they stand; early, and before money moves."""
