"""The networks: tensors in, tensors out. Tokenise → backbone → head."""
