"""Messages to the channels of chats: which there are, and how what is said in them leaves the house."""
