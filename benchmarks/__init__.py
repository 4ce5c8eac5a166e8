"""Speed and accuracy against named peers, in the same run; development only, never installed."""
