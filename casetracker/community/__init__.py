"""A community's project: institutions that a donor renovates and equips, from the call to their use years later."""
