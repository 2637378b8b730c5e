"""The border: rows from files, frames and databases become a clean panel, and every lost row is accounted for."""
