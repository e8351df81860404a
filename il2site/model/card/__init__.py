"""What is said about a model, and held against it: its card, units, trials, and published numbers measured today."""
