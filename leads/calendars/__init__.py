"""When do people work? Working hours and holidays of sides, teams and persons, agreed upon like everything else."""
