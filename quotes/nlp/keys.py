"""The keys of `doc.spans` by which the components hand their findings to one another."""

PARAGRAPHS_KEY = "quotes_paragraphs"
MARKS_KEY = "quotes_marks"
TAGS_KEY = "quotes_tags"
QUOTES_KEY = "quotes"
MENTIONS_KEY = "quotes_mentions"
