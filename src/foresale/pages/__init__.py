"""Self-contained HTML pages with pictures: one file to mail, archive or print, without a network."""
