"""The Padding & packing page."""
