"""The site: our Datasette plugin with its pages, charts, feeds and safety, and databases made for the public."""
