"""The vocabulary: specs, axes, schedules, registries, errors. Imports nothing of ours."""
