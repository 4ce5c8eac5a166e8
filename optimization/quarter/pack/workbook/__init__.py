"""The workbook of a run: every figure of the pack, with formulas where a reviewer would change one."""
