"""What both sides sign: versions, signatures, comments, differences, and what is in force when."""
