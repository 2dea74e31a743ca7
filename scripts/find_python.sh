#!/bin/sh
# Prints a Python that is new enough for Phasescope: this folder's own environment first, then what is in PATH.
# POSIX shell, because it runs where there may be no Python at all. PYTHON=… names one to use instead.
root=$(dirname -- "$(dirname -- "$0")")
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
without_venv=

for candidate in "$root/.venv/bin/python" ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
    # Tried, not only looked up: a version manager's shim may be in PATH for a Python that is not installed.
    "$candidate" -c "$new_enough" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        printf '%s\n' "$candidate"
        exit 0
    fi
    without_venv=$candidate
done

if [ -n "$without_venv" ]; then
    echo "Phasescope: $without_venv is here, but its venv module is not. On Debian and Ubuntu: apt-get install python3-venv" >&2
else
    echo "Phasescope needs Python 3.11 or newer, and none was found in PATH." >&2
    echo "Install one (Debian 12 and Ubuntu 24.04: apt-get install python3 python3-venv; macOS: brew install python@3.12)," >&2
    echo "or name yours: make setup PYTHON=/path/to/python3.12" >&2
fi
exit 1
