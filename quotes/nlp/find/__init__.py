"""Finding quotes: what is said, what says that it is said, and what names who said it; each step makes quotes of quotes."""
