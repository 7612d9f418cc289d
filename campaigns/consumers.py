"""No consumers on this floor yet."""
