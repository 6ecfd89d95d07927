"""Word lists, defaults and model files that travel with the package, read through `importlib.resources`."""
