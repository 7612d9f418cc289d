"""No tables on this floor yet."""
