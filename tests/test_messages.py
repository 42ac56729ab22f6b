"""What passes between examiner and candidate arrives as it was sent, or is refused."""

import itertools
import json
import math
import operator
import socket
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from types import MappingProxyType

import hostile
import numpy as np
import pytest

from backprop_course.calling.reading import Unreadable, describe, read_array
from backprop_course.sandbox.between.messages import Connection, Late, WireError
from backprop_course.sandbox.between.opaque import Opaque, Unpassable, opaque
from backprop_course.sandbox.between.unpacking import Unpacker
from backprop_course.sandbox.between.values import Packer

PLAIN = {
    "None": None,
    "bool": True,
    "int": 3,
    "large int": 10**400,
    "float": 0.1,
    "infinity": -math.inf,
    "text": "λ \ud800 'x'",
    "complex": 1 + 2j,
    "bytes": b"\x00\xff",
    "list": [1, 2.0, [None]],
    "tuple": (1, ("x",)),
    "set": {1, 2},
    "dict": {"a": 1, 2: [3.0], None: {}},
    "ellipsis": ...,
    "range": range(2, 10**12, 3),
    "slice": slice(1, None, 2),
    "frozenset": frozenset({1, "a"}),
    "bytearray": bytearray(b"\x00x"),
    "deque": deque([1, [2]], 5),
    "Counter": Counter("abca"),
    "OrderedDict": OrderedDict(b=1, a=2),
    "defaultdict": defaultdict(list, a=[1]),
    "keys": {"a": 1, 2: 3}.keys(),
    "items": {"a": 1}.items(),
    "Fraction": Fraction(1, 3),
    "date": date(2024, 1, 2),
    "datetime": datetime(2024, 1, 2, 3, 4, 5, 6, fold=1),
    "time": time(3, 4),
    "timedelta": timedelta(days=-1, microseconds=3),
    "text of numpy": np.str_("λ"),
    "day of numpy": np.datetime64("2024-01-02", "D"),
    "span of numpy": np.timedelta64(3, "h"),
}
ARRAYS = {
    "double": np.array([[0.1, math.inf], [-0.0, 3.0]]),
    "single": np.float32([1, 2]),
    "half": np.float16(1.5),
    "long double": np.longdouble(1) / 3,
    "int": np.arange(6).reshape(2, 3),
    "bytes": np.uint8([1, 255]),
    "bool": np.array([True, False]),
    "scalar": np.float64(0.1),
    "bool scalar": np.bool_(True),
    "nought axes": np.array(2.5),
    "empty": np.zeros((0, 3)),
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "other byte order": np.arange(3, dtype=">f8"),
    "texts": np.array([["a", "λλ"]]),
    "empty texts": np.array(["", ""]),
    "bytes of text": np.array([b"a", b"bcd"]),
    "complex": np.array([1 + 2j, 3j]),
    "days": np.array(["2024-01-01", "NaT"], "M8[D]"),
    "seconds": np.array([1, 2], ">m8[s]"),
    "objects": np.array([1, "a", None, [2.0]], object),
}


def sent(value):
    packer = Packer(lambda function: ["f", "function"])
    text = json.dumps(packer.pack(value)).encode()
    return Unpacker(b"".join(packer.blobs), lambda rest: rest).unpack(json.loads(text))


@pytest.mark.parametrize("value", PLAIN.values(), ids=PLAIN)
def test_plain_data_arrives_as_it_was_sent(value):
    arrived = sent(value)
    assert type(arrived) is type(value)
    assert arrived == value


def test_a_namedtuple_arrives_with_its_names():
    arrived = sent(hostile.Pair(1.0, 2.0))
    assert isinstance(arrived, tuple)
    assert (arrived, arrived._fields) == ((1.0, 2.0), hostile.Pair._fields)


def test_the_values_of_a_dict_arrive_as_a_view():
    arrived = sent({"a": 1, "b": 2}.values())
    assert (type(arrived), list(arrived)) == (type({}.values()), [1, 2])


def passed(value):
    """A value that a test passes to a student's function, as it arrives there."""
    packer = Packer(lambda function: ["f", "function"], strict=True, iterators=True)
    text = json.dumps(packer.pack(value)).encode()
    return Unpacker(b"".join(packer.blobs), lambda rest: rest).unpack(json.loads(text))


@pytest.mark.parametrize(
    "iterator", [map(str, [1]), zip([1], "a", strict=True), iter([1]), enumerate("a"), (n for n in [1]), reversed([1])]
)
def test_an_iterator_passes_with_its_entries(iterator):
    arrived = passed(iterator)
    assert next(arrived) in ("1", (1, "a"), 1, (0, "a"))
    assert list(arrived) == []


def test_of_an_iterator_without_end_nobody_gets_more_than_its_beginning():
    arrived = passed(itertools.count())
    assert list(itertools.islice(arrived, 5)) == [0, 1, 2, 3, 4]
    with pytest.raises(Unpassable, match="an iterator of more than 1,000 entries cannot be passed to a test"):
        list(arrived)


@pytest.mark.parametrize(
    "value",
    [
        hostile.Dict(a=1.0),
        np.ma.array([1, 2], mask=[0, 1]),
        np.array([(1, 2.0)], "i4,f8"),
        np.ones((1, 1)).view(np.matrix),
        object(),
        [object()],
        10**5000,
        datetime(2024, 1, 1, tzinfo=UTC),
        math,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_pass_as_what_it_is_is_never_replaced_by_something_else(value):
    before = Unpassable.raised
    with pytest.raises(Unpassable, match="cannot be passed to a test"):
        passed(value)
    assert Unpassable.raised > before


@pytest.mark.parametrize(
    "message",
    [
        ["k", "Fraction", ["1e999999999", 1]],
        ["k", "bytearray", [10**12]],
        ["k", "int", [3]],
        ["k", "dict_keys", [["l", [["l", []]]]]],
        ["p", "P", ["class"], [1]],
        ["p", "P", ["x; import os"], [1]],
        ["O", [10**6, 10**6], []],
        ["i", 5, False],
    ],
)
def test_a_forged_value_of_a_kind_is_refused(message):
    with pytest.raises(WireError):
        Unpacker(b"", lambda rest: rest).unpack(message)


def test_nan_arrives():
    assert math.isnan(sent(math.nan))


@pytest.mark.parametrize("value", ARRAYS.values(), ids=ARRAYS)
def test_numbers_of_numpy_arrive_with_their_kind_and_shape(value):
    arrived = sent(value)
    assert type(arrived) is type(value)
    assert arrived.dtype == value.dtype.newbyteorder("=")
    np.testing.assert_array_equal(arrived, value, strict=value.dtype.isnative)
    assert isinstance(arrived, np.generic) or arrived.flags.writeable


@pytest.mark.parametrize("name", hostile.OBJECTS)
def test_whatever_a_student_assigns_is_read_the_same_after_the_journey(name):
    value = hostile.OBJECTS[name]
    here, there = read_array(value), read_array(sent(value) if not callable(value) else value)
    if isinstance(here, Unreadable):
        assert isinstance(there, Unreadable)
        assert type(value) in (list, str) or describe(value) == describe(sent(value)) or callable(value)
    else:
        assert here.dtype == there.dtype
        np.testing.assert_array_equal(here, there)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MappingProxyType({"a": 1.0}), {"a": 1.0}),
        (hostile.Dict(a=1.0), {"a": 1.0}),
    ],
)
def test_a_container_of_ones_own_class_arrives_as_pythons_own(value, expected):
    arrived = sent(value)
    assert type(arrived) is type(expected)
    assert arrived == expected


@pytest.mark.parametrize("name", ["lying float", "lying array", "object", "array-like"])
def test_a_subclass_arrives_as_nothing_but_its_name(name):
    assert isinstance(sent(hostile.OBJECTS[name]), Opaque)


@pytest.mark.parametrize(
    "use",
    [
        *(operator.eq, operator.ne, operator.lt, operator.ge, operator.add, operator.sub, operator.mul, operator.pow),
        *(lambda x, y: y - x, lambda x, y: y == x, lambda x, y: x in [y], lambda x, y: np.allclose(x, y)),
        *(lambda x, y: np.array_equal(x, y), lambda x, y: np.asarray(x), lambda x, y: np.float64(y) == x),
        *(lambda x, y: np.arange(3) == x, lambda x, y: np.isclose(y, x), lambda x, y: math.isclose(x, y)),
        *(lambda x, y: bool(x), lambda x, y: len(x), lambda x, y: list(x), lambda x, y: float(x), lambda x, y: abs(x)),
        *(lambda x, y: x.shape, lambda x, y: x[0], lambda x, y: x(), lambda x, y: str(x), lambda x, y: f"{x:g}"),
    ],
)
def test_an_object_fails_whatever_a_test_does_with_it(use):
    with pytest.raises(TypeError):
        use(opaque("Model"), 1.0)


@pytest.mark.parametrize(
    ("message", "data"),
    [
        (["?"], b""),
        ([], b""),
        ([["l"]], b""),
        ({"a": 1}, b""),
        (["a", "<f8", [2], 16], b"12345678"),
        (["a", "<f8", [3], 16], b"1234567812345678"),
        (["a", "<f8", [-1], 16], b"1234567812345678"),
        (["a", "O", [1], 8], b"12345678"),
        (["a", "<f8", [1] * 40, 8], b"12345678"),
        (["a", "<U2", [1], 8], b"12345678"),
        (["a", "<f8", [10**12], 10**13], b""),
        (["n", "<f8", 4], b"1234"),
        (["x", "O", [10**6, 10**6]], b""),
        (["x", "zz", [1]], b""),
        (["c", "1", 2], b""),
        (["b", -1], b"1"),
        (["b", True], b"1"),
        (["d", [[1]]], b""),
        (["d", [[["l", []], 1]]], b""),
        (["s", [["l", []]]], b""),
        (["o", 5], b""),
        (["l", 5], b""),
        ([5, 5], b""),
        ([["l", []], 5], b""),
    ],
)
def test_what_is_no_value_is_refused(message, data):
    with pytest.raises(WireError):
        Unpacker(data, lambda rest: rest).unpack(message)


def test_too_deep_and_too_many_are_refused():
    deep = []
    for _ in range(20):
        deep = ["l", [deep]]
    for message in deep, ["l", [0] * 700_000]:
        with pytest.raises(WireError):
            Unpacker(b"", lambda rest: rest).unpack(message)


def test_too_deep_too_many_and_too_large_are_not_sent():
    own = []
    own.append(own)
    for value in own, [0.0] * 400_000, "x" * 10**7, 10**5000, np.zeros(10**7):
        packer = Packer(lambda function: ["f"])
        text = json.dumps(packer.pack(value))
        assert len(text) < 10_000
        assert sum(map(len, packer.blobs)) == 0


@pytest.fixture
def ends():
    one, other = socket.socketpair()
    with one, other:
        yield Connection(one), Connection(other)


def test_messages_arrive_in_order_with_their_bytes(ends):
    here, there = ends
    here.send(["one", "λ\ud800"], [b"12", b"3"])
    here.send(["two"])
    assert there.receive(1.0) == (["one", "λ?"], b"123")
    assert there.receive(1.0) == (["two"], b"")


def test_silence_is_late_and_what_has_come_of_a_message_is_kept(ends):
    here, there = ends
    whole = struct.pack("!II", 7, 0) + b'["one"]'
    here.socket.sendall(whole[:10])
    with pytest.raises(Late):
        there.receive(0.01)
    here.socket.sendall(whole[10:])
    assert there.receive(1.0) == (["one"], b"")


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("!II", 2**31, 0),
        struct.pack("!II", 2, 2**31),
        struct.pack("!II", 4, 0) + b"oops",
        struct.pack("!II", 4, 0) + b"\xff\xff\xff\xff",
        struct.pack("!II", 60_000, 0) + b"[" * 60_000,
        struct.pack("!II", 10_000, 0) + b"1" * 10_000,
    ],
)
def test_what_is_no_message_is_refused(ends, data):
    here, there = ends
    here.socket.sendall(data)
    with pytest.raises(WireError, match=r"too large|no JSON"):  # and not: nothing came in time
        there.receive(1.0)


def test_an_end_that_is_gone_is_said_to_be_gone(ends):
    here, there = ends
    here.socket.close()
    with pytest.raises(WireError, match="stopped"):
        there.receive(1.0)
    with pytest.raises(WireError, match="stopped"):
        there.send(["x"], [b"x" * 10**6], 1.0)


def test_who_takes_nothing_in_is_not_waited_for_for_ever(ends):
    here, _ = ends
    with pytest.raises(Late):
        here.send(["x"], [bytes(10**7)], 0.05)
