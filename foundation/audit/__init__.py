"""Who did what to whom, and why. Rows are only ever added; the database refuses the rest."""
