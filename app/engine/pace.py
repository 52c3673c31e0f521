"""How fast this machine is just now: how large a prompt piece may be, and what a guess costs.

Pure: times come in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.engine.scheduler import Room

MEASURABLE = 16  # fewer tokens of a prompt say little about its speed


@dataclass(slots=True)
class Line:
    """A straight line through measured points, recent ones counting most."""

    memory: float = 0.96  # how much a point still counts when the next one comes
    _weight: float = 0.0
    _x: float = 0.0
    _y: float = 0.0
    _xx: float = 0.0
    _xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """One more point."""
        self._weight = self._weight * self.memory + 1
        self._x = self._x * self.memory + x
        self._y = self._y * self.memory + y
        self._xx = self._xx * self.memory + x * x
        self._xy = self._xy * self.memory + x * y

    def slope(self) -> float | None:
        """How steep it is; None while all points lie at (nearly) one x."""
        spread = self._weight * self._xx - self._x * self._x
        if spread < 0.25 * self._weight:
            return None
        return (self._weight * self._xy - self._x * self._y) / spread

    def at(self, x: float, slope: float) -> float:
        """The line's height, with this slope through the points' middle."""
        return (self._y + slope * (self._weight * x - self._x)) / self._weight


@dataclass(slots=True)
class Pace:
    """Measured times of decode calls, recent ones counting most.

    A piece of a prompt must be short enough that arrivals, cancellations and running answers do
    not wait long for it, and large enough that it does not crawl: on a slow processor that is a
    few tokens, on a GPU thousands.
    """

    step_s: float = 1.5  # how long a decode call may take while nobody reads an answer
    # How long answers may pause for a prompt. A few long pauses cost those who read less than many
    # slow steps do, and the prompt far less: a few tokens of it take the time of many (attention
    # most of all), and each step reads all weights once.
    pause_s: float = 2.4
    share: float = 0.22  # how long answers then go on by themselves, in times of the pause
    along_s: float = 0.1  # how much longer a prompt may take so that another comes along with it
    # llama.cpp's attention takes that many tokens of a prompt together, fewer one by one: beside
    # thousands of tokens a small piece takes as long as one of these.
    least: int = 64
    first: int = 64  # before anything has been measured
    first_price: float = 0.2  # of a guessed token, likewise
    _prompt_token_s: float | None = None
    _answers_s: float | None = None
    _owed_s: float = 0.0  # how long answers still go on by themselves
    _answers: Line = field(default_factory=Line)  # seconds of a step by its tokens, no prompts

    def measured(self, prompt_tokens: int, answers: int, seconds: float) -> None:
        """One decode call carried so many tokens of prompts and of answers, and took so long."""
        seconds = max(seconds, 1e-6)  # a coarse clock may have stood still
        if prompt_tokens == 0:
            self._owed_s -= seconds
            self._answers_s = _recent(self._answers_s, seconds)
            self._answers.add(answers, seconds)
            return
        self._owed_s = self.share * seconds if answers else 0.0
        if prompt_tokens >= MEASURABLE:
            tokens = prompt_tokens + answers
            self._prompt_token_s = _recent(self._prompt_token_s, seconds / tokens)

    def paused(self, seconds: float) -> None:
        """Answers paused for something else, such as a picture."""
        self._owed_s = self.share * seconds

    @property
    def owes(self) -> bool:
        """Whether answers go on by themselves just now, after a pause."""
        return self._owed_s > 0

    def room(self, answers: int) -> Room:
        """How many prompt tokens the next decode call should carry at most, beside so many answers.

        With these it is a multiple of `least`.
        """
        if self._prompt_token_s is None:
            return Room(self.first, 0, self.first)
        short = self._tokens(self.pause_s)
        if not answers:
            step = self._tokens(self.step_s)
            return Room(step, short, step)
        along = int(self.along_s / self._prompt_token_s)
        long = 0 if self._owed_s > 0 else max(1, short - answers)
        return Room(long, short, along)

    def _tokens(self, seconds: float) -> int:
        assert self._prompt_token_s is not None
        return max(1, int(seconds / self._prompt_token_s / self.least)) * self.least

    def price(self, answers: int) -> float:
        """What one more token in a step costs, in tokens that its time would have brought.

        With more running answers a step brings more, so the same time is worth more.
        """
        if self._answers_s is None:
            return min(1.0, self.first_price * answers)
        token_s = self._token_s()
        if token_s is None:
            return min(1.0, self.first_price * answers)
        step_s = max(self._answers.at(answers, token_s), token_s * answers, 1e-9)
        return min(1.0, answers * token_s / step_s)

    def _token_s(self) -> float | None:
        """How much longer a step takes with one more token.

        One slow step must not end all guesses for good: prompts bound what is believed.
        """
        slope = self._answers.slope()
        if slope is None or self._prompt_token_s is None:
            return max(0.0, slope) if slope is not None else self._prompt_token_s
        return min(max(slope, self._prompt_token_s / 2), self._prompt_token_s * 1.5)

    def price_of(self, seconds: float, answers: int) -> float:
        """What this much more time costs, likewise."""
        return answers * seconds / self._answers_s if self._answers_s else 0.0


def _recent(before: float | None, now: float) -> float:
    return now if before is None else (before + now) / 2
