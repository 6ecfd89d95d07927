"""What is run by hand, from the top of the checkout.

Beside `scripts/demo`, `scripts/test` and `scripts/refresh`, by purpose:

- `train/`: what the weights in `quotes/data` are made of and by (`python -m scripts.train.tagger`);
- `measure/`: what the program is worth, by the gold, by rule, by speed (`python -m scripts.measure.ledger`);
- `make/`: what else is made by a program: word lists, documents, pictures, large databases (`python -m scripts.make.docs`).

They import `quotes`, and one another by their full names; nothing in `quotes` imports them.
"""
