"""Looking into a trained network: what it has learned, and what it does with a text."""
