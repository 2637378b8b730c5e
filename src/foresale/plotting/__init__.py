"""Pictures of results, drawn above them: `plot` draws each kind, the modules hold the single pictures."""
