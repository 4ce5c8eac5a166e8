"""A HiGHS that prints nothing, and a linear model as it takes one; highspy is loaded where these are called."""

from typing import Any

from optimization.program.linear_model import LinearModel


def silent_highs() -> Any:
    """Make a HiGHS that prints nothing: from 1.16 on it greets on its first call, which its constructor makes."""
    from highspy import Highs

    class SilentHighs(Highs):
        def enableCallbacks(self) -> None:  # noqa: N802  # the name that the constructor calls
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return SilentHighs()  # type: ignore[no-untyped-call]


def highs_lp(model: LinearModel) -> Any:
    """Return the program as HiGHS takes it."""
    from highspy import HighsLp, HighsVarType, MatrixFormat

    lp = HighsLp()
    lp.num_col_, lp.num_row_ = model.cost.size, model.row_lower.size
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.lower, model.upper
    lp.row_lower_, lp.row_upper_, lp.offset_ = model.row_lower, model.row_upper, model.offset
    lp.a_matrix_.format_ = MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = model.start, model.index, model.coefficient
    if model.is_integer.any():
        lp.integrality_ = [
            HighsVarType.kInteger if whole else HighsVarType.kContinuous for whole in model.is_integer.tolist()
        ]
    return lp
