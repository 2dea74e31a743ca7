"""The command line. Each command is one module, loaded when it is asked for: `phasescope version` needs no torch."""
