"""How the tables came to be. After a change in tables.py: `python -m phasescope.store.migrations WHY`."""
