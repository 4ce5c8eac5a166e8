"""What all charts share: their look, their pieces, and texts and labels that fit."""
