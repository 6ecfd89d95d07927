from __future__ import annotations

from pathlib import Path

import pytest

from quotes import config
from quotes.errors import ConfigError


def test_flag_over_environment_over_file_over_default(tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text('model = "from_file"\nworkers = 2\nbatch_size = 3\n')
    environ = {"QUOTES_MODEL": "from_environment", "QUOTES_WORKERS": "4", "QUOTES_UNKNOWN": "x", "HOME": "/"}
    settings = config.load({"workers": 5, "model": None}, directory=tmp_path, environ=environ)
    assert (settings.model, settings.workers, settings.batch_size) == ("from_environment", 5, 3)
    assert settings.attitudes is False


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"tagger": "magic"}, ["magic", "learned", "rules"]),
        ({"min_confidence": 2}, ["min_confidence"]),
        ({"workers": 0}, ["workers"]),
        ({"workers": "many"}, ["flags", "workers", "'many'"]),
        ({"attitudes": "perhaps"}, ["attitudes", "'perhaps'"]),
        ({"colour": "red"}, ["unknown", "colour", "model"]),
    ],
)
def test_unusable_values_are_named(tmp_path: Path, flags: dict[str, object], words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(flags, directory=tmp_path, environ={})
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize("written", ["1", "true", "Yes", "ON"])
def test_true_words(tmp_path: Path, written: str) -> None:
    assert config.load(directory=tmp_path, environ={"QUOTES_ATTITUDES": written}).attitudes is True


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text("model = \n")
    with pytest.raises(ConfigError, match=r"quotes\.toml"):
        config.load(directory=tmp_path, environ={})


def test_every_setting_has_a_default_and_a_comment() -> None:
    text = (Path(config.__file__).parent / "data" / "defaults.toml").read_text(encoding="utf-8")
    lines = text.splitlines()
    for name in config.Settings.__dataclass_fields__:
        (at,) = [i for i, line in enumerate(lines) if line.startswith(f"{name} =")]
        assert lines[at - 1].startswith("#"), name


def test_a_run_is_known_by_what_changes_the_findings_only() -> None:
    settings = config.load({"workers": 3, "attitudes": True}, environ={})
    assert settings.extraction() == {"attitudes": True, "min_confidence": 0.38}
