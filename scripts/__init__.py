"""The commands behind the Makefile; each also runs as `python3 scripts/<name>.py`."""
