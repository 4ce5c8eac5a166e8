"""What requests are worth in money, what moves that, and how firmly they are chosen."""
