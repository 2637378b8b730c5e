"""Model folders: safetensors and JSON, never pickle."""
