"""Who may come in, and what each process of the program may reach."""
