"""The editor of lead definitions: people build criteria by hand, and see what they say and whom they concern."""
