"""What became of it: visits, complaints and feedback, the final report."""
