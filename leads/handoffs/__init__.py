"""How does a lead change hands? What both sides agreed is run: who is offered what, by when they act, and how it comes back."""
