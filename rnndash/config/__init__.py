"""What a run computes: its settings, their limits, and the names of models and corpora."""
