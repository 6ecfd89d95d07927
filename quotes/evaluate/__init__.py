"""Measuring: gold readers (`corpora`), pure counts (`scores`) and tables of them (`report`).

Nothing here knows how predictions arose; they come as the records or the JSON lines that `quotes extract` prints.
"""
