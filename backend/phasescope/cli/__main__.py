"""`python -m phasescope.cli`: the same as `phasescope`."""

import sys

from phasescope.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
