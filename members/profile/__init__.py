"""What a member is called, how their pages look and read, and what they were told.

The profile is the durable copy; the browser's cookies carry it from page to page.
"""
