"""What must leave the house exactly once, and what people are told in the product."""
