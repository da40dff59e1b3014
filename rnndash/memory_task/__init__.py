"""A task that needs memory alone: the first word of a sequence decides its class."""
