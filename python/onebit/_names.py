"""What the names of inputs say."""
from __future__ import annotations

import re

_CACHES = {"past", "cache", "caches", "kv", "kvcache"}
_STATES = {"state", "states"}
# `hidden_states` is what flows through a model, not what it remembers.
_FLOWING = {"hidden", "encoder", "input", "inputs"}


def is_cache(name: str) -> bool:
    """Whether an input of this name holds what a step before has computed."""
    words = set(re.findall(r"[a-z]+", name.lower()))
    return bool(words & _CACHES or words & _STATES and not words & _FLOWING)
