"""Making: word lists, generated documents, the picture, databases and gold drawn by a seed."""
