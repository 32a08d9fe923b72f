"""A dossier about one family's return: its persons, their consents, the referral to the receiving office."""
