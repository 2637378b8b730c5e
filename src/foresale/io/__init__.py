"""From outside to a table: files, frames and databases under canonical columns, with every row accounted for."""
