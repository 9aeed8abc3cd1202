"""Seeded damage: bytes flipped, cut, swapped, doubled, and FIT files whose checksum is mended."""

import random
import struct
from array import array

GENTLE, MENDED = 0.4, 0.7


def mutated(data: bytes, seed: int) -> bytes:
    """The data with one to three kinds of damage, always the same for a seed."""
    dice = random.Random(seed)  # noqa: S311 (repeatable damage, no secret)
    hurt = bytearray(data)
    if dice.random() < GENTLE:
        dice.choice((_flip, _digits, _letters))(hurt, dice)
    else:
        for _ in range(dice.randint(1, 3)):
            dice.choice(ROUGH)(hurt, dice)
    if hurt[8:12] == b".FIT" and dice.random() < MENDED:
        mend(hurt)  # so that the damage gets past the checksum
    return bytes(hurt)


def mend(fit: bytearray) -> None:
    """Make the header and the checksum of a FIT file say what it now is."""
    if len(fit) < 20:
        return
    fit[0:1] = b"\x0e"
    struct.pack_into("<I", fit, 4, len(fit) - 16)
    struct.pack_into("<H", fit, len(fit) - 2, crc_of(fit[:-2]))


def _table() -> "array[int]":
    table = array("H")
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc_of(data: bytes | bytearray) -> int:
    """FIT's checksum."""
    value = 0
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def _flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4, 64))):
        if data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _flip_in_head(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4))):
        if data:
            data[dice.randrange(min(len(data), 400))] = dice.randrange(256)


def _digits(data: bytearray, dice: random.Random) -> None:
    """Other numbers where there are some: what is still well-formed, and nonsense."""
    places = [i for i, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    for place in dice.sample(places, min(len(places), dice.choice((1, 10, 1_000)))):
        data[place] = dice.choice(b"0123456789.-e")


def _letters(data: bytearray, dice: random.Random) -> None:
    """A word replaced wherever it stands, as another program would spell it."""
    old, new = dice.choice(
        ((b"time", b"Time"), (b"2017-", b"0001-"), (b"lat", b"lot"), (b"Z<", b"+25:00<"),
         (b"T1", b" 1"), (b"ele", b"distance"), (b"Distance", b"Speed"), (b"UTF-8", b"UTF-7"),
         (b"trkpt", b"trk"), (b".", b"e9"), (b"Lap", b"Track"), (b"<", b"&lol;<"))
    )  # fmt: skip
    data[:] = data.replace(old, new)


def _cut_end(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(len(data) + 1) :]


def _cut_middle(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data) + 1)
    del data[start : start + dice.choice((1, 100, 10_000))]


def _swap(data: bytearray, dice: random.Random) -> None:
    size = min(dice.choice((1, 16, 1_000)), len(data) // 2)
    one = dice.randrange(len(data) - 2 * size + 1)
    other = dice.randrange(one + size, len(data) - size + 1)
    data[one : one + size], data[other : other + size] = (
        data[other : other + size],
        data[one : one + size],
    )


def _double(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data) + 1)
    data[start:start] = data[start : start + dice.choice((10, 1_000))]


def _noise(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data) + 1)
    data[start : start + 50] = dice.randbytes(50)


ROUGH = (_flip, _flip_in_head, _cut_end, _cut_middle, _swap, _double, _noise)
