"""What a backtest asks of the database: one question a module."""
