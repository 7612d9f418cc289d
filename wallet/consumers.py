"""The wallet only publishes: what others make of its facts is theirs. No consumers here."""
