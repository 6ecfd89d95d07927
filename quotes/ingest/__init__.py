"""Inputs to articles: find the files, tell their kind, read them, and learn what stands beside or above their text.

`articles.read` joins the steps. Adding a kind of input is one reader in `kinds.READERS`.
"""
