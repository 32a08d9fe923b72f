"""The page a person opens: where the case stands, what is missing, panels, timeline; moves the stage."""
