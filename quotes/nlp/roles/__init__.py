"""What an article says somebody is: where the words stand, and what they say."""
