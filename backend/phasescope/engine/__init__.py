"""The batched trainer: many runs of one shape as one program. It yields checkpoints and knows nobody."""
