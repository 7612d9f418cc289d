"""The floor of merchants: the businesses, their stores and their staff."""
