"""What schemathesis cannot know of proto3 JSON and of JSON lines."""

import json

import schemathesis
from hypothesis import strategies as st

# In proto3 JSON an integer may be text; the format is its range, which a pattern alone could only spell out badly.
for name, least, most in [
    ("int32", -(2**31), 2**31 - 1),
    ("uint32", 0, 2**32 - 1),
    ("int64", -(2**63), 2**63 - 1),
    ("uint64", 0, 2**64 - 1),
]:
    schemathesis.openapi.format(name, st.integers(least, most).map(str))


# schemathesis writes no JSON lines itself. The only stream of requests in the shop is the chat's.
said = st.builds(lambda text: {"message": text}, st.text(st.characters(codec="utf-8"), max_size=20))
lines = st.lists(said, max_size=4).map(lambda items: "".join(json.dumps(item) + "\n" for item in items).encode())
schemathesis.openapi.media_type("application/x-ndjson", lines)
