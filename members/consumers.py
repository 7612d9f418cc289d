"""This floor's consumers, by room."""

import members.profile.consumers  # noqa: F401
