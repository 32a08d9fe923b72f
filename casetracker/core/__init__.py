"""What every feature stands on: no feature and no HTTP is known here."""
