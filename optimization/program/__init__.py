"""The staffing program: its terms as linear constraints, and the solver that they are handed to."""
