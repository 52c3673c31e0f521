from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadSettings
from app.settings import OPTIONS
from app.settings.sources import CommandLine, of_arguments


def read(*arguments: str) -> CommandLine:
    return of_arguments(arguments, OPTIONS)


def pairs(line: CommandLine) -> list[tuple[str, str]]:
    return [(each.option.name, each.text) for each in line.given]


def test_flags_and_words_may_come_in_any_order() -> None:
    line = read("chat", "--port", "1", "why", "-ngl", "0", "so?")
    assert line.words == ("chat", "why", "so?")
    assert pairs(line) == [("port", "1"), ("gpu_layers", "0")]


def test_a_value_may_follow_an_equals_sign() -> None:
    assert pairs(read("--api-key=a=b")) == [("api_key", "a=b")]


def test_a_negative_number_is_a_value_not_a_flag() -> None:
    assert pairs(read("--port", "-1")) == [("port", "-1")]


def test_after_two_dashes_everything_is_a_word() -> None:
    assert read("chat", "--", "--port", "--").words == ("chat", "--port", "--")


def test_a_lone_dash_is_a_word() -> None:
    assert read("-").words == ("-",)


@pytest.mark.parametrize(
    ("flag", "nearest"),
    [("--prot", "--port"), ("--modle", "--model"), ("--gpu-layer=3", "--gpu-layers")],
)
def test_an_unknown_flag_suggests_the_nearest(flag: str, nearest: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read(flag)
    assert f"Did you mean {nearest}?" in caught.value.message.en
    assert nearest in caught.value.message.zh


def test_a_flag_like_no_other_points_to_the_help() -> None:
    with pytest.raises(BadSettings, match="--help lists"):
        read("--xyzzy")


@pytest.mark.parametrize("arguments", [("--port",), ("--port", "--verbose")])
def test_a_flag_without_its_value_says_what_it_needs(arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadSettings, match="--port needs a value: a whole number"):
        read(*arguments)


@given(st.lists(st.text()))
def test_whatever_is_typed_is_read_or_refused_in_words(arguments: list[str]) -> None:
    with contextlib.suppress(BadSettings):
        read(*arguments)


def test_no_two_options_share_a_name_or_a_flag() -> None:
    flags = [flag for option in OPTIONS for flag in option.flags]
    names = [option.name for option in OPTIONS]
    assert len(flags) == len(set(flags))
    assert len(names) == len(set(names))


def test_every_default_is_allowed() -> None:
    for option in OPTIONS:
        if option.default is not None:
            option.kind.read(option.default)
