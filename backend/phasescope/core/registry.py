"""A registry is a dictionary that knows its noun and answers a wrong name with the right ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from phasescope.core.errors import NotFound


class Named(Protocol):
    """Anything that carries the name under which it is registered."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """An explicit, ordered list of things by name; a name twice is a programming error."""

    def __init__(self, noun: str, things: Iterable[T]) -> None:
        self.noun = noun
        self._things: dict[str, T] = {}
        for thing in things:
            if thing.name in self._things:
                raise ValueError(f"two {noun}s are called {thing.name!r}")
            self._things[thing.name] = thing

    def __getitem__(self, name: str) -> T:
        try:
            return self._things[name]
        except KeyError:
            raise NotFound(self.noun, name, self._things) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
