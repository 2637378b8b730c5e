"""The wish: what the orders would have come to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from time import monotonic
from typing import Any, Final

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.option_types import check_types, checked
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.core.text import counted
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import PRETRAINED, SEASONAL_NAIVE
from foresale.inventory.defaults import Defaults
from foresale.inventory.levels import Ahead
from foresale.inventory.planning.options import Seasons
from foresale.inventory.policies.levels import MinMax, UpTo
from foresale.inventory.policies.paths import PATHS
from foresale.inventory.policies.registry import BASE_STOCK, policy_named, without_service
from foresale.inventory.policies.situation import Policy
from foresale.inventory.policies.standard import BaseStock
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.read import Sources
from foresale.inventory.simulation.classic import NormalSafety
from foresale.inventory.simulation.engine import lead_rows
from foresale.inventory.simulation.equal import compared_with, matched
from foresale.inventory.simulation.history import DemandKind, History, whole_periods
from foresale.inventory.simulation.outlook import Clairvoyant, Rolling, RollingOptions, WithOutlook
from foresale.inventory.simulation.replay import COLUMNS, CandidatePolicy, Outcome, Replay, replay, usual_stock
from foresale.inventory.simulation.rules import Rule
from foresale.inventory.sold_at import SoldAt
from foresale.inventory.terms import Inventory
from foresale.training.progress import Progress
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.models import learner
from foresale.workflows.plan import nothing, read_terms
from foresale.workflows.sales import takes_sales
from foresale.workflows.validate import check_names

FORESIGHT: Final = "perfect foresight"
_FARTHEST: Final = 400
"""Periods that a forecast looks ahead at most."""
_CERTAIN: Final = 1 - 1e-6
"""Service of who knows what comes."""


@dataclass(frozen=True)
class SimulateOptions:
    """How the past is to be lived through again.

    Attributes:
        start: the first day.
        periods: how many periods; None for all until the sales end.
        policies: how the plan orders, each way that is to be compared: a policy or its name, as in a plan.
        service: targets to try, each for all items; none for those of the terms.
        rules: rules of thumb to compare with.
        every: periods from one forecast to the next.
        equal_service: whether each plan and the rule of today (the first one, else the classic way) are also compared
            at equal service: the rule tuned to the plan's fill rate, and the plan to the rule's.
        demand: "recovered" adds what an empty shelf kept from being sold; "as-sold" does not.
        lost: whether unmet demand is lost; else it waits.
        refit: whether a model that learns does so at every forecast, or once before the first day.
        paths: sample paths of a forecast; the rarest of them decide what a high service needs, so many are worth their
            time.
        seed: of paths and lead times.

    Raises:
        ConfigError: a setting that cannot be.
    """

    start: date | np.datetime64 | str
    periods: int | None = None
    policies: tuple[str | Policy, ...] = (BASE_STOCK,)
    service: tuple[float, ...] = ()
    rules: tuple[str, ...] = ()
    every: int = 7
    demand: DemandKind = "recovered"
    lost: bool = True
    refit: bool = False
    paths: int = PATHS
    seed: int = 0
    equal_service: bool = True

    def __post_init__(self) -> None:
        check_types(self)
        if self.every < 1 or self.paths < 2:
            raise ConfigError(f"every and paths are at least 1 and 2, not {self.every} and {self.paths}")
        wrong = [service for service in self.service if not 0 < service < 1]
        if wrong or len(set(self.service)) < len(self.service):
            raise ConfigError(f"services lie between 0 and 1, each once: {', '.join(map(str, self.service))}")
        for rule in self.rules:
            Rule.parse(rule)
        for policy in self.policies:
            policy_named(policy)


@takes_sales
@checked
def simulate(
    panel: Panel,
    *,
    options: SimulateOptions,
    stock: Any = None,
    terms: Any = None,
    models: Model | ModelConfig | Sequence[Model | ModelConfig] = PRETRAINED,
    defaults: Defaults | None = None,
    seen: Panel | None = None,
) -> Replay:
    """What plans would have come to in days that are over, beside rules of thumb and those who knew all before.

    Forecasts are made again every few periods from what was known by then. All contenders begin with the same stock
    and meet the same demand; the rule's averages are of the recorded sales.

    Args:
        panel: sales (a panel, a path or a data frame), which go on through the days to live again.
        options: the days, the policy, the targets.
        stock: a file or data frame of the stock on the first day, and perhaps terms; or `Sources`. Without it, all
            begin with the average sales of lead time and review.
        terms: a file or data frame with the terms of the items: lead time, packs, cost, price.
        models: what forecasts, one or several, as in `foresale.forecast`; with their settings as `ModelConfig`s.
        defaults: terms where no file tells.
        seen: the same items as those who order see them, such as without what is known of empty shelves; by default
            the panel itself.

    Raises:
        DataError: every fault of the files, or no sales in these days.
        ConfigError: a setting that cannot be.

    >>> from foresale.data.synthetic import shop
    >>> days = SimulateOptions("2023-05-01", periods=42, service=(0.95,), rules=("cover:21",))
    >>> three = Defaults(lead_days=3)
    >>> done = simulate(shop(items=3, periods=180), options=days, models="seasonal-naive", defaults=three)
    >>> done.table()["contender"].to_list()
    ['seasonal-naive, 95 %', 'cover:21', 'normal safety stock, 95 %', 'perfect foresight']
    """
    check_names(panel.named_items, COLUMNS, result="a simulation")
    several = models if isinstance(models, Sequence) and not isinstance(models, str) else (models,)
    configs = tuple(ModelConfig.of(model) for model in several)
    known = panel if seen is None else seen
    history, notes = _lived(panel, options, whole_periods(known) if options.demand == "recovered" else known)
    inventory, seasons = _inventory(history, stock, terms, defaults)
    end = seasons.ends(panel.frequency, history.first)
    own = ReplenishmentTerms.of(inventory.terms, panel.frequency, end=end, lost=options.lost, seed=options.seed)
    start = _today(history, inventory) if _has_stock(stock) else usual_stock(history, own)
    contest = _Contest(history, own, options, configs)
    done = replay(
        history,
        contest.contenders(),
        terms=own,
        start=start,
        seed=options.seed,
        notes=(*notes, *inventory.notes),
        currency=inventory.currency,
    )
    if not options.equal_service:
        return done

    def play(contender: CandidatePolicy) -> Outcome:
        return replay(history, (contender,), terms=own, start=start, seed=options.seed).outcomes[0]

    pairs = compared_with(done)
    return replace(done, matches=tuple(match for pair in pairs for match in matched(*pair, play)))


def _lived(panel: Panel, options: SimulateOptions, seen: Panel) -> tuple[History, list[str]]:
    """The days, of the items that have a history before them."""
    if not seen.items[ITEM].equals(panel.items[ITEM]) or not np.array_equal(seen.offsets, panel.offsets):
        raise ConfigError("who orders must see the same items and periods as the panel")
    start = np.datetime64(options.start)
    first = int(panel.frequency.index(np.array([start]))[0])
    periods = options.periods or max(int(panel.cutoffs.max()) - first + 1, 1)
    chosen = np.flatnonzero((panel.starts < first) & (panel.cutoffs >= first))
    if chosen.size in {0, len(panel)}:
        return replace(History.of(panel, start=start, periods=periods, kind=options.demand), panel=seen), []
    left_out = len(panel) - chosen.size
    are = "is" if left_out == 1 else "are"
    note = f"{counted(left_out, 'item')} {are} left out: not sold both before the first day and after it."
    history = History.of(panel.select(chosen), start=start, periods=periods, kind=options.demand)
    return replace(history, panel=seen.select(chosen)), [note]


def _inventory(history: History, stock: Any, terms: Any, defaults: Defaults | None) -> tuple[Inventory, Seasons]:
    sources = stock if isinstance(stock, Sources) else Sources(stock)
    told = sources if terms is None else replace(sources, items=terms)
    before, _ = history.before(0)
    told = told if told.sold_at is not None else replace(told, sold_at=SoldAt.of(before))
    return read_terms(SeasonalNaive().forecast(before, horizon=before.frequency.season), told, defaults)


def _today(history: History, inventory: Inventory) -> Ahead:
    """The stock that is told, as it stands before the first day."""
    return inventory.ahead(nothing(inventory.items, history.panel.frequency, history.first))


def _has_stock(stock: Any) -> bool:
    return (stock.stock if isinstance(stock, Sources) else stock) is not None


@dataclass(frozen=True)
class _Contest:
    """Who orders in these days."""

    history: History
    terms: ReplenishmentTerms
    options: SimulateOptions
    configs: tuple[ModelConfig, ...]

    def contenders(self) -> list[CandidatePolicy]:
        """Plans of every model and target, rules, the classic way of every target, and foresight."""
        targets = self.options.service or (None,)
        found: list[CandidatePolicy] = []
        for config in self.configs:
            own = learner(config)
            rolling = self._rolling(own, config, refit=self.options.refit)
            for policy, target in product(self.options.policies, targets):
                by_cost = without_service(policy)
                if by_cost and target != targets[0]:
                    continue
                told = None if by_cost else target
                name = own.name if len(self.options.policies) == 1 else f"{own.name} ({_name_of(policy)})"
                plan = WithOutlook(policy_named(policy), rolling, self._serving(told))
                found.append(CandidatePolicy(_named(name, told), "plan", plan, told, plan.turned, family=name))
        for rule in self.options.rules:
            parsed = Rule.parse(rule)
            found.append(_by_rule(parsed.text, parsed.policy(self.history, self.terms)))
        plain = replace(self.configs[0], model=SEASONAL_NAIVE)
        naive = self._rolling(learner(plain), plain, refit=True)
        for target in targets:
            classic = NormalSafety(naive, self.history, self._serving(target))
            name = _named("normal safety stock", target)
            found.append(CandidatePolicy(name, "naive", classic, target, classic.turned))
        return [*found, CandidatePolicy(FORESIGHT, "foresight", self._knowing())]

    def _knowing(self) -> WithOutlook:
        """All of the demand, which is known: without lot sizes, nothing is ordered before it is needed."""
        which = lead_rows(self.terms, self.history.periods, seed=self.options.seed)[:, 0]
        certain = replace(self.terms.serving(_CERTAIN), fill=np.ones(len(self.terms), np.bool_))
        return WithOutlook(BaseStock(), Clairvoyant(self.history.demand, self._ahead), certain, which)

    @property
    def _ahead(self) -> int:
        """Periods that an order looks ahead: lead time and review of the item that takes the longest."""
        return int(self.terms.reach.max())

    def _rolling(self, own: Learner, config: ModelConfig, *, refit: bool) -> Rolling:
        every = self.options.every
        ahead = min(every - 1 + self._ahead, _FARTHEST)
        forecasting = _Forecasting(own, ahead, refit, config, -(-self.history.periods // every))
        return Rolling(
            self.history, forecasting, RollingOptions(every, self._ahead, self.options.paths, self.options.seed)
        )

    def _serving(self, target: float | None) -> ReplenishmentTerms:
        return self.terms if target is None else self.terms.serving(target)


@dataclass
class _Forecasting:
    """Forecasts of a replay: the past is cleaned as it was known, and a model learns once, or every time.

    Where known covariates end with the sales, so do the last forecasts; what comes after goes on at their mean.
    """

    own: Learner
    horizon: int
    refit: bool
    config: ModelConfig
    steps: int
    _fitted: Forecaster | None = None
    _count: int = 0
    _began: float = field(default_factory=monotonic)

    def __call__(self, panel: Panel) -> Forecast:
        cleaned, _ = clean(panel, options=FOR_LEARNING, countries=self.config.countries)
        horizon = min(self.horizon, int(cleaned.future.min())) if cleaned.known else self.horizon
        if self._fitted is None or self.refit:
            self._fitted = self.own.fit(cleaned, horizon=horizon)
        found = self._fitted.forecast(cleaned, horizon=horizon)
        self._count += 1
        if self.config.on_progress is not None:
            seconds = monotonic() - self._began
            left = seconds / self._count * (self.steps - self._count)
            stage = f"replay, forecasts by {self.own.name}"
            self.config.on_progress(Progress(stage, self._count, self.steps, None, None, seconds, left))
        return found


def _by_rule(name: str, rule: UpTo | MinMax) -> CandidatePolicy:
    return CandidatePolicy(name, "rule", rule, dial=lambda by: rule.scaled(float(np.exp(by))))


def _name_of(policy: str | Policy) -> str:
    return policy if isinstance(policy, str) else type(policy).__name__


def _named(name: str, target: float | None) -> str:
    return name if target is None else f"{name}, {100 * target:g} %"


def services(texts: Sequence[str]) -> tuple[float, ...]:
    """Service targets out of words such as 0.95 or 95%.

    Raises:
        ConfigError: no number between 0 and 1 (or 0 and 100 %).

    >>> services(["0.9", "98%"])
    (0.9, 0.98)
    """
    found = []
    for text in texts:
        word = text.strip()
        try:
            value = round(float(word[:-1]) / 100, 9) if word.endswith("%") else float(word)
        except ValueError:
            value = 0.0
        if not 0 < value < 1:
            raise ConfigError(f"a service lies between 0 and 1, such as 0.95 or 95%, not {text!r}")
        found.append(value)
    return tuple(dict.fromkeys(found))
