"""How somebody becomes a member: phone, code, name, PIN, saved on the server at each step.

A draft is found by its secret token alone, so that a link resumes it on another phone. Finishing
makes the user, the profile, the PIN, the limits and the cash account in one transaction, once.
"""
