"""Measures training speed on this machine: the lesson's loop against the dashboard."""
