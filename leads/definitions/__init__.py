"""What is a qualified lead? Definitions that both sides signed, compiled to SQL, applied by the machine."""
