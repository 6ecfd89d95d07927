"""Training: data, network, linker, weights of presence, confidence of rules."""
