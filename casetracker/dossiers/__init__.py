"""What has a reference, offices, a history, papers and money; who may see it; what is to be cleared on it."""
