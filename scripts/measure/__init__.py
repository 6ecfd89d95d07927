"""Measuring: the gold and its floors, rules one by one, reliability, speakers, pages, speed of the site."""
