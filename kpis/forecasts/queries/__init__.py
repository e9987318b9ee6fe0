"""What forecasts read of history, one question a module."""
