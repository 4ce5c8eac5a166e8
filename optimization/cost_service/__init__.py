"""The certified curve of cost against service: what the program's best service is at every budget."""
