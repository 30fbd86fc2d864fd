"""Reads a log of strace like a user's script, without knowing the tool: strace_log.py FILE

Prints a line for each completed call: process, name, arguments, result, the decoded result, error, and whether there is
a time and a duration. Processes are sorted by id; the calls of each one stay in order.
"""

import collections
import re
import sys

LINE = re.compile(r"^(?P<pid>\d+)\s+(?:(?P<time>\d+(?::\d\d:\d\d)?(?:\.\d+)?)\s)?(?P<event>.*)$")
CALL = re.compile(
    r"^(?P<name>\w+)\((?P<arguments>.*)\)\s+=\s+(?P<result>-?\d+|0x[0-9a-f]+|\?)(?P<decoded><.*?\]>)?"
    r"(?:\s(?P<error>E[A-Z0-9]+)\s\(.*\))?(?:\s<(?P<seconds>\d+\.\d+)>)?$"
)
UNFINISHED = re.compile(r"^(?P<begun>\w+\(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(?P<rest>.*)$")


def calls(lines):
    begun = {}
    for line in lines:
        pid, time, event = LINE.match(line).group("pid", "time", "event")
        if UNFINISHED.match(event):
            begun[pid] = time, UNFINISHED.match(event).group("begun")
            continue
        if RESUMED.match(event) and pid in begun:
            time, first = begun.pop(pid)
            event = first + RESUMED.match(event).group("rest")
        call = CALL.match(event)
        if call:
            yield pid, time, call


def main():
    by_process = collections.defaultdict(list)
    for pid, time, call in calls(open(sys.argv[1], encoding="utf-8")):
        measured = ["time" if time else "no time", "seconds" if call.group("seconds") else "no seconds"]
        fields = call.group("name", "arguments", "result", "decoded", "error")
        by_process[int(pid)].append([str(pid), *(word or "-" for word in fields), *measured])
    for pid in sorted(by_process):
        for fields in by_process[pid]:
            print("\t".join(fields))


main()
