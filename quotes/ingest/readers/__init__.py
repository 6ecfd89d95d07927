"""Readers: one module a kind of input, each `read(file, options) -> Iterator[Article | Failure]`.

A reader gives id, text, origin and what the input itself knows of its articles (title, date, outlet, author, address); the
text's own header, sidecars, language and mending are the business of `ingest.articles`. A record that cannot be used is a
failure and costs no other; an input that cannot be read at all raises `IngestError`.
"""
