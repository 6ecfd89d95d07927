"""Quotes: who said what, in which role, when and in which outlet's words.

    import quotes

    for quote in quotes.extract("“We will appeal,” said Ana Ruiz, the mayor."):
        print(quote.speaker, quote.role, quote.text)

    quotes.build(["seeds"], db="data.db")
    nlp = quotes.load_pipeline()  # a spaCy Language; doc._.quotes holds the records

Importing this package loads no model and reads no file.
"""
