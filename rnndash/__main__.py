"""`python -m rnndash`: see `rnndash.cli`."""

import sys

from rnndash.cli import main

if __name__ == "__main__":
    sys.exit(main())
