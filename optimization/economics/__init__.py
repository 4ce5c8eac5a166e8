"""What requests are worth in money, what moves that, and how firmly they are chosen."""

from optimization.economics.information_value import EffectInformation, InformationValue, information_value
from optimization.economics.request_economics import Economics, EconomicsTable, economics_of_requests
from optimization.economics.robustness import FrontierBand, Robustness, frontier_band, robustness
from optimization.economics.sensitivity import Tornado, TornadoBar, tornado
from optimization.economics.shapley import ShapleyShares, shapley_shares

__all__ = [
    "Economics",
    "EconomicsTable",
    "EffectInformation",
    "FrontierBand",
    "InformationValue",
    "Robustness",
    "ShapleyShares",
    "Tornado",
    "TornadoBar",
    "economics_of_requests",
    "frontier_band",
    "information_value",
    "robustness",
    "shapley_shares",
    "tornado",
]
