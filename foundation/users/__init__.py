"""The bare user: who can sign in. What the person is called and likes is members.profile."""
