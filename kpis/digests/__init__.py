"""One page a week for each side and for senior management, by e-mail."""
