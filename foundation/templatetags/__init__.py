"""Template tags of every face: `ui`, the parts that the style guide shows."""
