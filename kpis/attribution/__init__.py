"""Which touches brought a deal: credit by seven models, to the cent."""
