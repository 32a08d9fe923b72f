"""People who sign in: offices, users, roles, mandates, substitutes, sessions, invitations."""
