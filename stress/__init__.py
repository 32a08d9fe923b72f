"""Long tries outside the everyday test run; each prints its seed and its figures, and ends with 1 if one fails."""
