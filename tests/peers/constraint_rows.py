"""Messages in proto3 JSON that keep the constraints of `rules.v1` (tests/e2e/src/rules.rs), and such as do not: for each kind of
constraint good ones, bad ones, and both sides of the boundary."""

import datetime


def away(hours: int) -> str:
    """A time so many hours from now; no test runs for one."""
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


# Of `rules.v1.Case`: values of a field that keep its constraints.
GOOD = {
    "int32": [-5, 0, 10],
    "int64": ["1", "9007199254740992"],
    "uint32": [3, 4294967295],
    "uint64": ["0", "18446744073709551614"],
    "sint32": [-120, -7],
    "sint64": ["-9223372036854775808", "0", "7"],
    "fixed32": [0, 999],
    "fixed64": ["1000", "18446744073709551615"],
    "sfixed32": [1, 30],
    "sfixed64": ["-1", "0"],
    "float": [0.1, 0.6999],
    "double": [5e-324, 0.5],
    "upward": [0, -0.0, 1e300, "Infinity"],
    "downward": [0, -1.5, "-Infinity"],
    "finite": [0, -1.7e308],
    "choice": [0.5, 2],
    "code": ["abc", "äöü", "\U0001f980\U0001f980\U0001f980", "e\u0301x"],
    "word": ["ab", "abcd", "\U0001f980\U0001f980"],
    "colour": ["red", "green"],
    "pattern": ["a_1 7", "Z\t0"],
    "anyCase": ["abc", "aBCd"],
    "parts": ["a.($z", "a.(b$z"],
    "email": ["a@b.example", "a@" + "b" * 63, "a.b+c@localhost", "x!#$%&'*+/=?^_`{|}~-@d-e.f"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
    "uri": ["https://a.example/b?c=d#e", "urn:isbn:1", "mailto:a@b", "http://[::1]:80/%41", "a:", "http://u:p@[v1.x]/;a=b"],
    "hostname": ["a.example", "a.example.", "x-1", "localhost", "a" * 63 + ".b"],
    "ip": ["127.0.0.1", "::1", "2001:db8::ff", "::1.2.3.4"],
    "ipv4": ["0.0.0.0", "255.255.255.255"],
    "ipv6": ["::", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "fe80::1%eth0"],
    "digest": ["AAECAw=="],
    "bytes": ["AA==", "AAE="],
    "genre": ["GENRE_FICTION", "GENRE_UNSPECIFIED"],
    "few": [[], [1], [1, 2]],
    "unique": [[], ["a"], ["a", "b", ""]],
    "doubles": [[], [0, 1, -1.5], ["NaN", "NaN"], ["Infinity", "-Infinity"]],
    "blobs": [["", "AA==", "AAA="]],
    "kinds": [["GENRE_FICTION", 9, "GENRE_UNSPECIFIED"]],
    "each": [[], ["1", "5"]],
    "genres": [["GENRE_FICTION", "GENRE_FICTION"]],
    "pairs": [{}, {"a": 1, "b": 2}],
    "keys": [{"1": "", "9": "x"}],
    "values": [{"true": "!", "false": "a!"}],
    "pause": ["1.5s", "299.999999999s"],
    "span": ["0s", "-0.000999999s"],
    "pauses": [[], ["2s", "0s"]],
    "born": ["1969-07-20T20:17:40Z", "0001-01-01T00:00:00Z"],
    "due": ["9999-12-31T23:59:59.999999999Z"],
    "dated": ["2020-02-29T00:00:00Z", "2030-01-01T00:00:00.499999999Z"],
    "epoch": ["1970-01-01T00:00:00Z"],
    "near": [away(0), away(-23), away(23)],
    "visits": [[], ["2000-01-01T00:00:00Z", "2001-02-03T04:05:06Z"]],
    "lines": [[], [{"sku": "AB1", "quantity": 1}, {"sku": "ZZ99", "quantity": 99}]],
    "byName": [{"a": {"sku": "AB1", "quantity": 1}}],
}

# Values that do not; with each the paths of what is wrong, or the field alone where there is nothing to add.
BAD = {
    "int32": [-6, 11, -2147483648, 2147483647],
    "int64": ["0", "9007199254740993", "-1"],
    "uint32": [0, 2],
    "uint64": ["18446744073709551615"],
    "sint32": [-121, -6, 0],
    "sint64": ["1", "-7", "9223372036854775807"],
    "fixed32": [1000],
    "fixed64": ["999", "0"],
    "sfixed32": [0, 3, 31],
    "sfixed64": ["-2", "1"],
    "float": [0.0999, 0.7, 1],
    "double": [0, -0.0, 0.50001, -1, "-Infinity", "Infinity"],
    "upward": [-5e-324, "-Infinity", "NaN"],
    "downward": [0.1, "Infinity", "NaN"],
    "finite": ["NaN", "Infinity", "-Infinity"],
    "choice": [0, 1, "NaN"],
    "code": ["", "ab", "abcd", "ä"],
    "word": ["a", "abcde", "\U0001f980"],
    "colour": ["", "Red", "red "],
    "pattern": ["", "a\u00a01", "ä 1", "a 12", "a \u0663", "a 1\n"],
    "anyCase": ["", "xabc"],
    "parts": ["a.$z", ("a(z", ["parts", "parts"]), "b.($z"],
    "email": ["", "a@" + "b" * 64, "a", "@b", "a@", "a@b..c", "a@-b", "ä@b", "a b@c", "a@b\n"],
    "uuid": ["", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"],
    "uri": ["", "/a", "a b:c", "http://[::1", "//a/b", "1a:b", "http://a/%zz", "http://ex\u00e4mple.org", "http://a b"],
    "hostname": ["", ".", "1.2.3.4", "a.1", "x" * 254, "-a", "a-", "a..b", "a" * 64 + ".b", "ä.example", "a_b"],
    "ip": ["", "127.0.0", "127.0.0.01", "1::2::3", "::1.2.3.256", " 127.0.0.1", "::1/64"],
    "ipv4": ["", "::1", "256.0.0.1", "1.2.3"],
    "ipv6": ["", "127.0.0.1", ":::", "12345::", "::1%"],
    "digest": ["", "AAEC", "AAECAwQ="],
    "bytes": ["", "AAEC"],
    "genre": [9, -1],
    "few": [[1, 2, 3]],
    "unique": [["a", "a"], ["", "b", ""]],
    "doubles": [[1, 2, 1], [0, -0.0]],
    "blobs": [["AA==", "AA=="], ["", ""]],
    "kinds": [["GENRE_FICTION", "GENRE_FICTION"], [9, 9]],
    "each": [(["0", "3", "6"], ["each[0]", "each[2]"])],
    "genres": [(["GENRE_FICTION", 9], ["genres[1]"])],
    "pairs": [{"a": 1, "b": 2, "c": 3}],
    "keys": [({"0": "", "10": ""}, ["keys[0]", "keys[10]"])],
    "pause": ["0s", "1.499999999s", "300s"],
    "span": ["0.000000001s", "-0.001s", "1s"],
    "pauses": [(["2s", "2.000000001s"], ["pauses[1]"])],
    "born": ["9999-12-31T23:59:59Z"],
    "due": ["1970-01-01T00:00:00Z"],
    "dated": ["2020-02-28T23:59:59.999999999Z", "2030-01-01T00:00:00.500Z"],
    "epoch": ["1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00.000000001Z"],
    "near": [away(-25), away(25), "0001-01-01T00:00:00Z"],
    "visits": [(["2001-02-03T04:05:06Z", "1999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"], ["visits[1]", "visits[2]"])],
    "values": [({"true": "?", "false": "!"}, ["values[true]"])],
    "lines": [
        ([{"sku": "AB1", "quantity": 1}, {"sku": "ab1"}], ["lines[1].sku", "lines[1].quantity"]),
        ([{"sku": "AB1", "quantity": 100}], ["lines[0].quantity"]),
    ],
    "byName": [({'a"b': {"sku": "AB1"}}, [r'by_name["a\"b"].quantity'])],
}

# What may be said of the whole message: the value of a field, and the paths of what is wrong.
PRESENT = {
    "count": 1, "name": "n", "list": [0], "map": {"0": 0}, "needed": False, "line": {"sku": "AB1", "quantity": 1},
}  # fmt: skip
ORDER = {"customer": "a@b", "lines": [{"sku": "AB1", "quantity": 1}], "discount": 0.5}


def without(fields: dict, *names: str) -> dict:
    return {name: value for name, value in fields.items() if name not in names}


WHOLE = [
    ({}, []),
    ({"absent": PRESENT}, []),
    ({"absent": {}}, ["count", "name", "list", "map", "needed", "line"]),
    ({"absent": without(PRESENT, "needed")}, ["needed"]),
    ({"absent": PRESENT | {"count": 0}}, ["count"]),
    ({"absent": PRESENT | {"small": "6"}}, ["small"]),
    ({"absent": PRESENT | {"letters": "ab", "blank": "y"}}, ["letters", "blank"]),
    ({"absent": PRESENT | {"blank": "x", "letters": "aa"}}, []),
    ({"absent": PRESENT | {"email": ""}}, ["email"]),
    ({"absent": PRESENT | {"line": {}}}, ["line.sku", "line.quantity"]),
    ({"order": ORDER}, []),
    ({"order": ORDER | {"card": "1234", "tags": {"abc": "d"}}}, []),
    ({"order": ORDER | {"card": ""}}, ["card"]),
    ({"order": ORDER | {"again": {"sku": "AB1"}}}, ["again.quantity"]),
    ({"order": ORDER | {"discount": 1, "tags": {"long": ""}}}, ["discount", 'tags["long"]', 'tags["long"]']),
    ({"order": without(ORDER, "lines", "discount")}, ["lines", "discount"]),
    ({"order": ORDER | {"lines": [{"sku": "AB1", "quantity": 1}] * 3 + [{"sku": "A", "quantity": 7}]}}, ["lines", "lines[3].sku"]),
]

# Of `rules.v1.Arrays`, whose types have their lengths: a message that is read, and such as are not.
ARRAYS = {"digest": "AAECAw==", "corners": [1, 0.5, 0], "pairs": ["AAE=", "AgM="]}
OF_ONE_LENGTH = [
    (ARRAYS, []),
    (ARRAYS | {"earlier": ["AAE=", "AQI="], "byName": {"a": "AA=="}, "maybe": "AAEC"}, []),
    (without(ARRAYS, "digest"), ["digest"]),
    (ARRAYS | {"digest": "AAEC"}, ["digest"]),
    (ARRAYS | {"earlier": ["AAE=", "AA=="]}, ["earlier[1]"]),
    (ARRAYS | {"byName": {"a": "AAE="}}, ['by_name["a"]']),
    (ARRAYS | {"maybe": ""}, ["maybe"]),
    (without(ARRAYS, "corners"), ["corners"]),
    (ARRAYS | {"corners": [1, 2]}, ["corners"]),
    (ARRAYS | {"corners": [1, 2, 3, 4]}, ["corners"]),
    (ARRAYS | {"corners": [1, -2, 3]}, ["corners[1]"]),
    (ARRAYS | {"pairs": ["AAE="]}, ["pairs"]),
    (ARRAYS | {"pairs": ["AAE=", ""]}, ["pairs[1]"]),
]

# Where an OpenAPI document says something else, and why: it lets through what it has no word for, and its formats are narrower.
UNSAID = {
    "anyCase": "a flag of a pattern is RE2's alone; the description says it, as it says what these demand of time:",
    **dict.fromkeys(["pause", "span", "pauses", "born", "due", "dated", "epoch", "near", "visits"], "JSON Schema bounds no text by what it means"),
}
NARROWER = [
    {"hostname": "a.example."},  # JSON Schema's `hostname` is RFC 1123's, without the root's dot
    {"ipv6": "fe80::1%eth0"},  # JSON Schema's `ipv6` is RFC 4291's, without a zone
    {"doubles": ["NaN", "NaN"]},  # no NaN is equal to another, but their texts are
]


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def rows():
    """Each a message of `rules.v1.Case`, and the paths of all that is wrong with it."""
    for field, values in GOOD.items():
        for value in values:
            yield {field: value}, []
    for field, values in BAD.items():
        for value in values:
            value, paths = value if isinstance(value, tuple) else (value, [snake(field)])
            yield {field: value}, paths
    for message, paths in WHOLE:
        inside = next(iter(message), "")
        yield message, [f"{inside}.{path}" for path in paths]
