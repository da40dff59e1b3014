"""Plotly figures, one file each: numbers first, drawing second."""
