"""What may a message be about, for channels that want some of it and not all? Whoever posts one names its topic."""

TOPICS = {
    "handoffs": "Handoffs: offers, deadlines, what came back",
    "agreements": "Agreements: what is proposed, signed, and due for review",
    "leaks": "Leaks: leads that go to and fro and are offered to nobody any more",
}
