# soak.py SCHEMA TEXT JSON: checks that both traces show the same calls of each thread in the same order, and
# that records of every shape are valid. Prints the number of calls.
import json, jsonschema, re, sys
from collections import defaultdict

SAMPLE = 200  # validates every 200th record, and the first record of each shape
CALL = re.compile(
    r"\[pid (\d+)<churn>\] accept4\((\d+)<(?:TCP:|UNIX-STREAM:)\[[^]]*\]>, NULL, NULL, SOCK_CLOEXEC\) = "
    r"(\?|-1 [A-Z]+ \([^)]*\)|\d+(?:<[^ ]*>)?) <(?:>=)?\d+\.\d{6}>"
    r"(?: wait=\d+\.\d{6})?(?: queue=\d+/\d+)?(?: ahead=\d+)?(?: drops=\d+)?(?: peer=\d+<churn> uid=0)?(?: ~peer)?")
PORT = re.compile(r"->127\.0\.0\.1:(\d+)\]>")


def of_text(path):
    calls = defaultdict(list)
    for line in open(path):
        line = line.rstrip("\n")
        if line.endswith(" +++"):
            continue
        call = CALL.fullmatch(line)
        assert call, line
        tid, fd, result = call.groups()
        port = PORT.search(result)
        word = result.split()[1] if result.startswith("-1 ") else re.match(r"\?|\d+", result).group()
        calls[int(tid)].append((int(fd), word, int(port.group(1)) if port else 0))
    return calls


def shape(value):
    if isinstance(value, dict):
        return tuple((key, shape(member)) for key, member in value.items())
    return type(value)


def of_json(path, schema):
    validator = jsonschema.Draft202012Validator(json.load(open(schema)))
    calls, shapes = defaultdict(list), set()
    for number, line in enumerate(open(path)):
        record = json.loads(line)
        if shape(record) not in shapes or number % SAMPLE == 0:
            validator.validate(record)
            shapes.add(shape(record))
        if record["type"] == "accept4":
            word = "?" if record.get("ending") == "killed" else record.get("error") or str(record["ret"])
            port = record.get("accepted", {}).get("remote", {}).get("port", 0)
            calls[record["tid"]].append((record["fd"], word, port))
    return calls


text, records = of_text(sys.argv[2]), of_json(sys.argv[3], sys.argv[1])
assert text.keys() == records.keys(), text.keys() ^ records.keys()
for tid, calls in text.items():
    assert calls == records[tid], (tid, calls, records[tid])
print(sum(len(calls) for calls in text.values()), "calls alike")
