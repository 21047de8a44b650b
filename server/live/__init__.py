"""What is told as it happens: the feed of events, subscriptions to it, and the two ways in which they reach clients."""
