"""Why a forecast is what it is: components that add up to it, what a model looked at, what it resembles."""

from foresale.explain.decompose import explain
from foresale.explain.explanation import Explanation
from foresale.explain.options import ExplainOptions

__all__ = ["ExplainOptions", "Explanation", "explain"]
