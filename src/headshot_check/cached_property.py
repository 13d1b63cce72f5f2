"""A property that is computed once, without a lock: no thread waits for another, and no forked process for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):
    """`functools.cached_property` without the lock that it holds for the whole class on Python 3.10 and 3.11.

    With that lock all threads that check take turns, and a process that is forked while one of them holds it waits for
    ever. Two threads that ask at once may both compute; both get the value that was there first. What is raised is not
    kept.

    >>> class Circle:
    ...     @cached_property
    ...     def area(self) -> float:
    ...         print("computed")
    ...         return 3.0
    >>> circle = Circle()
    >>> circle.area, circle.area
    computed
    (3.0, 3.0)
    """

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> cached_property[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> cached_property[T] | T:
        # Called only while the instance's dictionary has no such name: what is in there comes before this descriptor.
        if instance is None:
            return self
        return self._kept(instance)

    def _kept(self, instance: object) -> T:
        kept: T = instance.__dict__.setdefault(self._name, self._function(instance))
        return kept
