"""Imports this floor's rooms, by name."""

import members.joining.admin
import members.profile.admin
import members.security.admin  # noqa: F401
