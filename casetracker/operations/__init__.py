"""What the operator does at the command line with the whole installation: backup, restore, checks of a deployment."""
