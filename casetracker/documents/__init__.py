"""Stored files: what they prove, whom they are about, and which side of a dossier they belong to."""
