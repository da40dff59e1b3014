"""`python -m rnndash`, the same as the command `rnndash`: see `rnndash.cli.main`."""

import sys

from rnndash.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
