"""What a rule's backtest asks of the database: one question a module."""
