"""A proof of what no set of a large block can reach: least lateness over cells of sets, and a program over them."""
