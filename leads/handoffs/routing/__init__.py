"""Who gets a lead? Named strategies, whose turn it is, and the reasons for both."""
