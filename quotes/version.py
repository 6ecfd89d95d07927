"""The version of this package, for all that name it: it knows nothing else, so that anything may know it."""

VERSION = "0.1.0"
