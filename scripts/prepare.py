"""Sets up the environment and builds the page side by side: one waits for the network while the other computes."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

import build_page
import setup_environment
from steps import exit_code


def main() -> int:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what tests and checks need")
    arguments = parser.parse_args()
    return exit_code(lambda: prepare(tests=arguments.tests))


def prepare(*, tests: bool) -> None:
    """Both, and the first failure of either when both have ended."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        works = [pool.submit(setup_environment.set_up, tests=tests), pool.submit(build_page.build)]
    for work in works:
        work.result()


if __name__ == "__main__":
    sys.exit(main())
