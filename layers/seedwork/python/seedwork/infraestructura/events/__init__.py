"""Events on topics: their envelope, and the edge of the functions that consume them."""
