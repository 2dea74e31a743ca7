"""`python -m phasescope.worker`: the same as `phasescope worker`."""

import sys

from phasescope.worker.main import main

if __name__ == "__main__":
    sys.exit(main())
