"""Train recurrent classifiers on news headlines side by side, and watch them learn."""

__version__ = "0.2.0"
