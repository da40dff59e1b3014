"""The lesson's loop against the dashboard, measured in turns on this machine."""
