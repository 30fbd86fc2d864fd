"""Checks that JSON and text have the same numbers: same_numbers.py SCHEMA JSON TEXT SUMMARY

JSON is the output of --format=json, TEXT that of -v, and SUMMARY that of -c, all for the same calls. Three tracers
wrote them, so their times differ. Therefore, times in JSON's summary are compared with those in JSON's records. Prints
the number of calls, or ends with the first difference.
"""

import json
import re
import sys

import jsonschema

FLAGS = {"SOCK_CLOEXEC": 0x80000, "SOCK_NONBLOCK": 0x800}


def read_json(schema, lines):
    validator = jsonschema.Draft202012Validator(json.load(schema))
    records = [json.loads(line) for line in lines]
    for record in records:
        validator.validate(record)
    return records


def number(pattern, text):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else None


def flags(text):
    return sum(FLAGS.get(word) or int(word, 16) for word in text.split(" /*")[0].split("|") if word != "0")


def of_text(line):
    """The numbers of a line."""
    call, rest = re.fullmatch(r"(.*?) <\d+\.\d{6}>(.*)", line).groups()
    arguments, result = call.rsplit(" = ", 1) if " = -1 " not in call else call.split(" = ")
    bare = re.sub(r"<[^<>]*>", "", re.sub(r'"[^"]*"', "", arguments))
    length = re.search(r"\[(\d+)(?: => (\d+))?\]", bare)
    return {
        "tid": number(r"\[pid (\d+)<", call),
        "fd": number(r"\((-?\d+)", bare),
        "flags": flags(bare.rsplit(", ", 1)[1].rstrip(")")),
        "lengths": length and [int(size) for size in length.groups() if size],
        "ret": number(r"(-?\d+)", result),
        "error": result.split()[1] if result.startswith("-1 ") else None,
        "port": number(r"<TCP.*?:(\d+)\]>", arguments),
        "inode": number(r"<UNIX-STREAM:\[(\d+)", arguments),
        "remote port": number(r"->\S*:(\d+)\]>", result),
        "ends": (number(r"UNIX-STREAM:\[(\d+)->", result), number(r"UNIX-STREAM:\[\d+->(\d+)", result)),
        "queue": number(r" queue=(\d+)/", rest),
        "limit": number(r" queue=\d+/(\d+)", rest),
        "ahead": number(r" ahead=(\d+)", rest) or 0,
        "drops": number(r" drops=(\d+)", rest) or 0,
        "peer": number(r" peer=(\d+)", rest),
        "uid": number(r" uid=(\d+)", rest),
        "waited": " wait=" in rest,
        "netns": number(r" netns=(\d+)", rest),
    }


def lengths_of(record):
    """The lengths as text shows them: only one if both are equal, or if a failing call has set none."""
    if "addrlen_in" not in record or ("addrlen_out" not in record and record["ret"] >= 0):
        return None
    return list(dict.fromkeys([record["addrlen_in"], record.get("addrlen_out", record["addrlen_in"])]))


def of_json(record):
    """The same numbers of a record."""
    listener, accepted = record.get("listener", {}), record.get("accepted", {})
    unix = accepted.get("family_name") == "AF_UNIX"
    return {
        "tid": record["tid"],
        "fd": record["fd"],
        "flags": record["flags"],
        "lengths": lengths_of(record),
        "ret": record["ret"],
        "error": record.get("error"),
        "port": listener.get("local", {}).get("port") or None,
        "inode": listener["inode"] if listener.get("family_name") == "AF_UNIX" else None,
        "remote port": accepted.get("remote", {}).get("port"),
        "ends": (accepted["inode"], accepted["remote_inode"]) if unix else (None, None),
        "queue": record.get("queue"),
        "limit": record.get("queue_max"),
        "ahead": record.get("ahead", 0),
        "drops": record.get("drops", 0),
        "peer": record.get("peer_process", {}).get("pid"),
        "uid": record.get("peer_process", {}).get("uid"),
        "waited": "wait_ns" in record,
        "netns": record.get("netns"),
    }


def equal(what, one, other):
    if one != other:
        sys.exit(f"{what}: {one} is not {other}")


def compare_calls(calls, lines):
    equal("calls", len(calls), len(lines))
    for record, line in zip(calls, lines):
        equal(line, of_json(record), of_text(line))


def compare_sums(summary, calls):
    """Compares the summary of a run with its records."""
    times = [call["duration_ns"] for call in calls]
    waits = [call["wait_ns"] for call in calls if "wait_ns" in call]
    syscall = summary["syscalls"][0]
    equal("calls", [summary["calls"], syscall["calls"], syscall["duration"]["count"]], [len(calls)] * 3)
    failed = [call["error"] for call in calls if call["ret"] < 0]
    equal("empty", [summary["empty"], syscall["empty"]], [failed.count("EAGAIN")] * 2)
    equal("errors", syscall["errors"], len(failed) - failed.count("EAGAIN"))
    equal("sum of durations", syscall["duration"]["sum_ns"], sum(times))
    equal("waits", summary["wait"]["count"], len(waits))
    equal("sum of waits", summary["wait"]["sum_ns"], sum(waits))
    for latency, longest in ((syscall["duration"], max(times)), (summary["wait"], max(waits))):
        if not longest <= latency["max_ns"] <= longest * 1.02:
            sys.exit(f"longest: {latency} with {longest}")
    for name, key in (("flags", "flags"), ("errors", "errno")):
        for row in summary[name]:
            equal(name, row["calls"], sum(call.get(key) == row[key] for call in calls))


def tables(lines):
    """Rows of the tables by the title of their first column."""
    found, title = {}, None
    for line in lines:
        cells = re.split(" {2,}", line.strip())
        if not line.strip():
            title = None
        elif title is None:
            title = cells[0]
            found[title] = []
        else:
            found[title].append(cells)
    return found


def peer_name(peer):
    """The name that the table must show. JSON and C must escape it in the same way."""
    if peer["family_name"] != "AF_UNIX":
        return peer["address"]
    if "abstract" in peer:
        name = "@" + json.dumps(peer["abstract"])
    else:
        name = json.dumps(peer["path"]) if "path" in peer else peer.get("comm", "<unknown>")
    return f"{name} uid {peer.get('uid', 'unknown')}"


def queue(listener):
    return f"{listener['queue_high']}/{listener['queue_max']}" if "queue_high" in listener else "-"


def compare_tables(summary, lines):
    """Compares JSON's summary with the tables that another tracer wrote for the same calls."""
    head = re.fullmatch(
        r"accept4 of (\d+) process.*: (\d+) calls .*, (\d+) connections .*, (\d+) empty, (\d+) errors, (\d+) events lost", lines[0]
    ).groups()
    syscall = summary["syscalls"][0]
    mine = len(summary["workers"]), summary["calls"], summary["connections"], summary["empty"], syscall["errors"], summary["lost"]["events"]
    equal("headline", mine, tuple(map(int, head)))
    rows = tables(lines[1:])
    row = next(line for line in lines if line.endswith(" accept4"))
    counted = [int(row[start : start + 9].strip() or 0) for start in (31, 41, 51)]
    equal("first table", [syscall["calls"], syscall["errors"], syscall["empty"]], counted)
    equal("errors", {e["error"]: e["calls"] for e in summary["errors"]}, counts(rows["error"], 1))
    times = {"in accept4": syscall["duration"]["count"], "in the accept queue": summary["wait"]["count"]}
    equal("times", times, counts(rows["time"], 1))
    losses = ["refused", "reset", "drops"] if any(" reset " in line for line in lines) else ["refused", "drops"]
    listeners = sorted([queue(e)] + [str(e.get(loss, "-")) for loss in losses] for e in summary["listeners"])
    equal("listeners", listeners, sorted([row[2].split("/", 1)[-1]] + row[4 : 4 + len(losses)] for row in rows["listener"]))
    peers = {peer_name(e): e["connections"] for e in summary["peers"]}
    equal("peers", peers, counts(rows["peer"], 1))
    workers = [[f"{e['comm']}[{'/'.join(str(e[key]) for key in ('tgid', 'tid') if key in e)}]", str(e["connections"]), str(e["calls"])] for e in summary["workers"]]
    equal("workers", workers, [[row[0], row[1], row[3]] for row in rows["worker"]])
    equal("waits", summary["wait"]["count"], sum(int(row[-1].split()[-1]) for row in rows["wait in the accept queue"]))
    equal("flags", {e["flags"]: e["calls"] for e in summary["flags"]}, {flags(k): n for k, n in counts(rows["flags"], 1).items()})


def counts(rows, column):
    return {row[0]: int(row[column]) for row in rows}


def main():
    schema, records, text, summary = (open(name, encoding="utf-8") for name in sys.argv[1:])
    records = read_json(schema, records)
    calls = [record for record in records if record["type"] == "accept4"]
    compare_calls(calls, [line for line in text.read().splitlines() if "accept4(" in line])
    compare_sums(records[-1], calls)
    compare_tables(records[-1], summary.read().splitlines())
    print(len(calls))


main()
