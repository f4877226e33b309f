"""`python -m otalink`: the same as the `otalink` command."""

import sys

from otalink.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
