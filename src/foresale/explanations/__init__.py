"""Why a forecast is what it is: components that add up to it, what a model looked at, what it resembles."""

from foresale.explanations.decompose import explain
from foresale.explanations.explanation import Explanation
from foresale.explanations.options import ExplainOptions

__all__ = ["ExplainOptions", "Explanation", "explain"]
