"""How the tables came to be, step by step. After a change in tables.py: `python -m phasescope.store.migrations "why"`."""
