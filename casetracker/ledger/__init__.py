"""Money: accounts under a ceiling, and postings that only grow. Whose account it is, the owner knows."""
