from foresale.cli.progress import duration, progress
from foresale.training.progress import Progress


def at(step: int, *, stage: str = "training") -> Progress:
    return Progress(
        stage=stage, step=step, steps=1000, loss=0.5, validation=None, seconds=step / 10, seconds_left=100 - step / 10
    )


def test_a_pipe_gets_a_line_now_and_then(capsys):
    with progress(quiet=False) as listen:
        for step in range(1, 1001):
            listen(at(step))
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.splitlines() == [
        "training: step 1 of 1,000, loss 0.500, 1:40 left",
        "training: step 1,000 of 1,000, loss 0.500, 0:00 left",
    ]


def test_every_stage_speaks(capsys):
    with progress(quiet=False) as listen:
        listen(at(1))
        listen(at(1, stage="training again"))
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_every_run_speaks(capsys):
    with progress(quiet=False) as listen:
        for step in (1, 2, 1000, 1, 2, 1000):
            listen(at(step))
    assert [line.split()[2] for line in capsys.readouterr().err.splitlines()] == ["1", "1,000", "1", "1,000"]


def test_a_terminal_gets_a_bar(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with progress(quiet=False) as listen:
        listen(at(10))
        listen(at(1000))
    written = capsys.readouterr().err
    assert "1000/1000" in written
    assert "loss 0.500" in written


def test_quiet_says_nothing():
    with progress(quiet=True) as listen:
        assert listen is None


def test_time_never_runs_below_zero():
    assert duration(-3) == "0:00"


def test_a_terminal_is_left_alone_where_nothing_is_told(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress(quiet=False):
        pass
    assert capsys.readouterr().err == ""
