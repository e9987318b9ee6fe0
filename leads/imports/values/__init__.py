"""How does the text of a cell become a value: dates, numbers, money? Each module answers for one kind of text."""
