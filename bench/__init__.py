"""The benchmark: one table of figures, with ratios within one run (`make bench`)."""
