"""Which requests to fund: their value on common paths, and the exact frontier of cost against service."""

from optimization.request import Effect, EffectKind, OpexRequest

__all__ = ["Effect", "EffectKind", "OpexRequest"]
