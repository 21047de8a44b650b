"""What is written to people: one function per letter, its template beside it."""
