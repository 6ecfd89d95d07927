"""Who is meant: the people and bodies of an article, and which of them each source names."""
