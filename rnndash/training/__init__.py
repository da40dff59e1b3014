"""Training a model: one run from its first minibatch to its test."""
