"""Limits: what a member may pay, and when the PIN is asked.

Guarantees that the limits of a day hold under any number of simultaneous payments, and
that a frozen wallet pays nothing.
"""
