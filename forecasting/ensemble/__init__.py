"""One forecast from many methods: weights by past errors, and corrections that past errors teach."""
