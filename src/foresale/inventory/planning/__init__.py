"""From a forecast, stock and terms to a plan: what to order today, what comes after, and where money is at stake."""
