"""The random numbers of stochastic runs: the same draws here and in `static/src/model/random.ts`."""

from __future__ import annotations

from collections.abc import Callable

_MASK = 0xFFFFFFFF


def sfc32(seed: int) -> Callable[[], float]:
    """A generator of uniform numbers in (0, 1), never 0 or 1, from the integer `seed`.

    Chris Doty-Humphrey's small fast counting generator with 32-bit words (PractRand); its three words are filled by
    splitmix32 from the seed, the counter starts at 1, and twelve outputs are thrown away.
    `tests/sfc32.json` holds its first numbers for both languages.
    """
    a, b, c = _splitmix32(seed, 3)
    counter = 1

    def uniform() -> float:
        nonlocal a, b, c, counter
        out = (a + b + counter) & _MASK
        counter = (counter + 1) & _MASK
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & _MASK
        c = ((((c << 21) | (c >> 11)) & _MASK) + out) & _MASK
        return (out + 0.5) / 4294967296.0

    for _ in range(12):
        uniform()
    return uniform


def _splitmix32(seed: int, count: int) -> tuple[int, ...]:
    state, words = seed & _MASK, []
    for _ in range(count):
        state = (state + 0x9E3779B9) & _MASK
        word = state ^ (state >> 16)
        word = (word * 0x21F0AAAD) & _MASK
        word ^= word >> 15
        word = (word * 0x735A2D97) & _MASK
        words.append(word ^ (word >> 15))
    return tuple(words)
