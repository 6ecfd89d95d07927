"""Identity over all articles: pure functions over what the store holds, without any model."""
