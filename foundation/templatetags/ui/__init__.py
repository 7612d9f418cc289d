"""The parts that pages are built from: `{% load ui %}`. Each is shown at /w/styleguide/.

Labels are given translated: `{% button _("Continue") %}`. A part that encloses content ends with
`end` and its name. Nothing writes a style attribute or a script: the content policy allows neither.
"""

from foundation.templatetags.ui import acts, draw, fields, lists, move, show, tell
from foundation.templatetags.ui.library import register

__all__ = ["acts", "draw", "fields", "lists", "move", "register", "show", "tell"]
