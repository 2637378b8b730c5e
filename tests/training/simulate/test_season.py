import pytest
import torch


def mean_by(values: torch.Tensor, key: torch.Tensor, size: int) -> torch.Tensor:
    total = torch.zeros(values.shape[0], size).scatter_add_(1, key, values)
    return total / torch.zeros_like(total).scatter_add_(1, key, torch.ones_like(values)).clamp(min=1)


def explained(values: torch.Tensor, key: torch.Tensor, size: int) -> torch.Tensor:
    fitted = mean_by(values, key, size).gather(1, key)
    return 1 - (values - fitted).var(dim=1) / values.var(dim=1).clamp(min=1e-9)


def test_a_week_alone_is_recovered_from_its_days(only):
    series = only(weekly=1.0, length=210, observations=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0), dispersion=(0.02, 0.05))
    key = (series.start[:, None] + torch.arange(210)).remainder(7)
    share = explained(series.values.log(), key, 7)
    assert (share > 0.8).float().mean() > 0.6
    found, true = mean_by(series.values, key, 7), mean_by(series.expected, key, 7)
    assert ((found / true - 1).abs() < 0.05).all()


def test_hours_have_a_profile_of_the_day_and_close_at_night(only):
    series = only("hour", daily=1.0, opening=1.0, length=480)
    closed = (series.values == 0).float().mean(dim=1)
    assert ((closed > 0) & (closed < 0.9)).all()
    hour = (series.start[:, None] + torch.arange(480)).remainder(24)
    always = mean_by((series.values == 0).float(), hour, 24)
    assert ((always == 0) | (always == 1)).all()
    assert (explained(series.values, hour, 24) > 0.5).float().mean() > 0.8


def test_one_day_of_the_week_is_closed_mostly_sunday(only):
    series = only(closed_day=1.0, length=140)
    weekday = (series.start[:, None] + torch.arange(140)).remainder(7)
    closed = mean_by((series.values == 0).float(), weekday, 7)
    assert (closed.max(dim=1).values > 0).float().mean() > 0.95
    assert ((closed > 0).sum(dim=1) <= 1).all()
    assert (closed.argmax(dim=1) == 6).float().mean() > 0.6


@pytest.mark.parametrize(("unit", "bins", "length"), [("day", 366, 1400), ("week", 53, 420), ("month", 12, 156)])
def test_years_repeat(only, unit, bins, length):
    log = only(unit, yearly=1.0, length=length).values.log()
    lag = {"day": 365, "week": 52, "month": 12}[unit]
    centred = log - log.mean(dim=1, keepdim=True)
    likeness = (centred[:, lag:] * centred[:, :-lag]).mean(dim=1) / centred.square().mean(dim=1)
    assert likeness.median() > 0.6
    assert log.std(dim=1).min() > 0.005


def test_fixed_events_lie_on_the_same_date_every_year(only):
    series = only("month", fixed_events=1.0, length=120)
    month = (series.start[:, None] + torch.arange(120)).remainder(12)
    share = explained(series.values.log(), month, 12)
    assert share.median() > 0.8


def test_pay_days_follow_the_days_of_the_month(only):
    series = only(monthly=1.0, length=365)
    assert (series.values >= 100 * 0.999).all()
    assert (series.values.max(dim=1).values > 104).all()


def test_long_months_sell_more(only):
    series = only("month", monthly=1.0, length=48)
    first = (series.start[:, None] + torch.arange(48)).remainder(12) == 1
    february = torch.where(first, series.values, torch.nan).nanmean(dim=1)
    assert (february < series.values.mean(dim=1)).float().mean() > 0.8
