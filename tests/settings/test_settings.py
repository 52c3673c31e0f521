from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import BadSettings
from app.settings import OPTIONS, Option, Rank, Settings, Surroundings, language_of, read_settings
from app.settings.llama_server import MOOT, reason_against
from app.settings.sources import of_arguments


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def read(
    home: Path,
    *arguments: str,
    environment: dict[str, str] | None = None,
    config: str | None = None,
    packed: tuple[str, ...] = (),
) -> Settings:
    data = home / ".local/share/assistant"
    if config is not None:
        data.mkdir(parents=True)
        (data / "config.toml").write_text(config, encoding="utf-8")
    variables = {"HOME": str(home), "LANG": "en_US.UTF-8", **(environment or {})}
    given = of_arguments(arguments, OPTIONS).given
    return read_settings(given, Surroundings(home / "bin/assistant", packed, variables))


def test_without_a_word_the_defaults_hold(home: Path) -> None:
    settings = read(home)
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.model is None
    assert settings.gpu_layers is None
    assert settings.threads >= 1
    assert not settings.ranks


def test_the_command_line_wins_over_the_environment_and_that_over_the_file_and_what_is_packed(
    home: Path,
) -> None:
    settings = read(
        home,
        *("--port", "4"),
        environment={"ASSISTANT_PORT": "3", "ASSISTANT_CTX_SIZE": "30", "HOME": str(home)},
        config="port = 2\nctx-size = 20\nparallel = 2",
        packed=("--port", "1", "--ctx-size", "10", "--parallel", "1", "--batch-size", "9"),
    )
    assert (settings.port, settings.ctx_size) == (4, 30)
    assert (settings.parallel, settings.batch_size) == (2, 9)
    assert settings.ranks["port"] is Rank.COMMAND_LINE
    assert settings.ranks["batch_size"] is Rank.PACKED


def test_the_last_of_two_equal_flags_wins(home: Path) -> None:
    assert read(home, "--port", "1", "--port", "2").port == 2


def test_every_option_can_stand_in_the_environment(home: Path) -> None:
    texts = {"api_key": "k", "cpu": "haswell", "lang": "zh", "data": str(home)}
    options = [option for option in OPTIONS if not option.flag_only]
    settings = read(
        home, environment={each.variable: texts.get(each.name) or _some(each) for each in options}
    )
    assert set(settings.ranks) == {option.name for option in options}
    assert (settings.no_browser, settings.verbose, settings.lang) == (True, True, "zh")
    assert (settings.threads, settings.gpu_layers, settings.cpu) == (7, 7, "haswell")
    assert settings.sampling["top_k"] == 7


def _some(option: Option) -> str:
    """A text that the option takes."""
    values = ("7", "true", "auto", "f32", "1", "none", "0")
    return next(text for text in values if _is_taken(option, text))


def _is_taken(option: Option, text: str) -> bool:
    try:
        option.kind.read(text)
    except ValueError:
        return False
    return True


def test_an_empty_variable_counts_as_not_set(home: Path) -> None:
    assert read(home, environment={"ASSISTANT_PORT": ""}).port == 8080


def test_a_switch_set_in_the_file_can_be_switched_off_again(home: Path) -> None:
    assert read(home, config="no-browser = true").no_browser
    assert not read(home / "other", "--no-browser=false", config="no-browser = true").no_browser


def test_a_path_in_the_file_is_seen_from_the_file(home: Path) -> None:
    settings = read(home, config='model = "models/a.gguf"')
    assert settings.model == home / ".local/share/assistant/models/a.gguf"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("abc", "--port must be a whole number from 0 to 65535, not “abc” (on the command line)."),
        ("70000", "not “70000”"),
        ("-1", "not “-1”"),
        ("8080.5", "not “8080.5”"),
        ("", "not “”"),
    ],
)
def test_a_wrong_number_says_what_is_allowed(home: Path, text: str, told: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read(home, f"--port={text}")
    assert told in caught.value.message.en


def test_a_wrong_value_names_the_variable_it_stands_in(home: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read(home, environment={"ASSISTANT_GPU_LAYERS": "many"})
    assert caught.value.message.en == (
        "--gpu-layers must be auto or a whole number from 0 to 9999, not “many” "
        "(environment variable ASSISTANT_GPU_LAYERS)."
    )
    assert "来自环境变量 ASSISTANT_GPU_LAYERS" in caught.value.message.zh


def test_a_wrong_value_in_the_file_names_file_and_line(home: Path) -> None:
    with pytest.raises(BadSettings, match=r"config\.toml, line 3"):
        read(home, config='# mine\nhost = "::1"\nport = "high"\n')


@pytest.mark.parametrize("value", ["[1]", "{a = 1}", "1.5", "1979-05-27"])
def test_a_value_of_the_wrong_type_in_the_file_says_what_is_allowed(home: Path, value: str) -> None:
    with pytest.raises(BadSettings, match="--host must be an address"):
        read(home, config=f"host = {value}")


def test_an_unknown_key_in_the_file_suggests_the_nearest(home: Path) -> None:
    with pytest.raises(BadSettings, match=r"no setting prot \(.*line 1\)\. Did you mean port\?"):
        read(home, config="prot = 1")


@pytest.mark.parametrize("key", ["data", "help", "version"])
def test_what_cannot_stand_in_the_file_is_refused_there(home: Path, key: str) -> None:
    with pytest.raises(BadSettings, match=f"no setting {key}"):
        read(home, config=f'{key} = "x"')


@pytest.mark.parametrize("config", ["port 8080", "port = 1\nport = 2", "[", '"\x00"'])
def test_a_file_that_is_not_toml_says_where(home: Path, config: str) -> None:
    with pytest.raises(BadSettings, match=r"config\.toml is not valid TOML: .*(line|end of)"):
        read(home, config=config)


def test_a_file_in_another_encoding_is_named(home: Path) -> None:
    data = home / ".local/share/assistant"
    data.mkdir(parents=True)
    (data / "config.toml").write_bytes("# 设置".encode("gbk"))
    with pytest.raises(BadSettings, match="cannot be read"):
        read(home)


def test_the_key_never_shows_where_settings_are_printed(home: Path) -> None:
    assert "hush" not in repr(read(home, "--api-key", "hush"))


def test_a_named_data_folder_holds_the_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("port = 5")
    settings = read(home, "--data", str(tmp_path))
    assert (settings.data, settings.port) == (tmp_path, 5)


def test_a_named_data_folder_that_cannot_be_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings, match="cannot be used"):
        read(home, "--data", str(tmp_path / "file/below"))


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ((), {"LANG": "zh_CN.UTF-8"}, "zh"),
        ((), {"LANG": "en_US.UTF-8"}, "en"),
        (("--lang", "en"), {"LANG": "zh_CN.UTF-8"}, "en"),
        (("--lang", "zh"), {}, "zh"),
        ((), {"ASSISTANT_LANG": "zh"}, "zh"),
        (("--lang", "fr"), {"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_language_is_known_before_the_other_settings_are_read(
    arguments: tuple[str, ...], environment: dict[str, str], language: str
) -> None:
    assert language_of(of_arguments(arguments, OPTIONS).given, environment) == language


def test_llama_servers_flags_are_understood_with_either_dash(home: Path) -> None:
    settings = read(home, "--cont-batching", "--threads_batch", "4", "--n_predict", "5", "-np", "3")
    assert (settings.n_predict, settings.parallel) == (5, 3)


def test_a_flag_that_is_not_for_an_assistant_says_why(home: Path) -> None:
    with pytest.raises(BadSettings, match=r"--hf-repo is a flag of .* never goes online"):
        read(home, "--hf-repo", "someone/model")


def test_a_switch_that_is_on_has_a_flag_that_switches_it_off(home: Path) -> None:
    assert read(home).slots
    assert not read(home, "--no-slots").slots
    assert read(home, "--no-slots", "--slots").slots


def test_a_flag_that_repeats_holds_all_that_was_given(home: Path) -> None:
    settings = read(
        home, "--lora", "a.gguf", "--lora", "b.gguf", environment={"ASSISTANT_LORA": "c"}
    )
    assert settings.lora == "a.gguf,b.gguf"


def test_defaults_of_sampling_are_those_that_someone_set(home: Path) -> None:
    assert read(home, "--temp", "0.2", "--top-k", "5").sampling == {"temperature": 0.2, "top_k": 5}


def test_no_flag_of_llama_server_is_ours_and_moot_or_refused() -> None:
    own = {flag for option in OPTIONS for flag in (*option.flags, *option.off)}
    assert not own & set(MOOT)
    assert all(reason_against(flag) is None for flag in (*own, *MOOT))
