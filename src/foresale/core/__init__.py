"""The shared words: panel, forecast, frequency, errors, column names. Imports no other room."""
