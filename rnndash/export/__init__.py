"""What leaves the dashboard: tables, archives, code."""
