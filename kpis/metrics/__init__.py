"""What is measured: each figure declared once, added up on demand, kept by period, opened into what is behind it."""
