"""How padding and packing lay out a minibatch, what that costs, and what it does to an answer."""
