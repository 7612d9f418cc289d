"""The floor of people: who they are, how they like to read, how they prove who they are."""
