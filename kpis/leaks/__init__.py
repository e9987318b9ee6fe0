"""Where leads are lost between the two sides: conditions that stay open because nobody acts."""
