"""The campaign floor: audience, offers, challenges, games, outreach, insight. No rooms yet."""
