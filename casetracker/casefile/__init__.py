"""The page a person opens: where the case stands, what is missing, its panels and timeline; moves the stage."""
