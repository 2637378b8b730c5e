from datetime import date, datetime, timedelta

import torch

from foresale.training.simulate.calendar import SimulatedCalendar, calendar_table

CPU = torch.device("cpu")


def test_days_follow_the_calendar():
    table = calendar_table("day", 2000, CPU)
    for step in (0, 31, 58, 364, 365, 790, 1500):
        day = date(2018, 1, 1) + timedelta(days=step)
        assert table.weekday[step] == day.weekday()
        assert table.monthday[step] == day.day - 1
        assert table.year[step] == day.year - 2018
        assert table.bin[step] == day.timetuple().tm_yday - 1


def test_hours_weeks_and_months_follow_the_calendar():
    hours = calendar_table("hour", 20_000, CPU)
    stamp = datetime(2018, 1, 1) + timedelta(hours=19_321)
    assert (hours.hour[19_321], hours.weekday[19_321]) == (stamp.hour, stamp.weekday())
    weeks = calendar_table("week", 300, CPU)
    assert weeks.weekday.eq(0).all()
    assert 0 <= weeks.bin.min() <= weeks.bin.max() <= 52
    months = calendar_table("month", 40, CPU)
    assert months.bin[:14].tolist() == [*range(12), 0, 1]
    assert months.days[:4].tolist() == [31, 28, 31, 30]


def test_each_series_reads_from_its_own_start():
    calendar = SimulatedCalendar.of("day", torch.tensor([0, 5, 9]), 4)
    assert calendar.read(calendar.table.weekday, torch.tensor([1, 2])).tolist() == [[5, 6, 0, 1], [2, 3, 4, 5]]
