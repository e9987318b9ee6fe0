"""Was a campaign worth it? Agreed before launch, judged on the day."""
