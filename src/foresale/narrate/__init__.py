"""Results told in sentences, above them: `sentences` tells each kind, the modules hold the words."""
