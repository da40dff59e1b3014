"""Runs as folders, the queue that starts their workers, and the worker itself."""
