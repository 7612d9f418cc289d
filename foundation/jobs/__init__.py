"""Long work that a person waits for: its row says how far it is, whoever runs it."""
