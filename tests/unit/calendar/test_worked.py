#!/usr/bin/env python3
"""Working time against an independent reckoning: Python's time zones, walked minute by minute.

usage: test_worked.py RECKON      (the program reckon)

Zones of all continents, days around changes of the clock, hours over midnight, days off, hours around
the clock, no hours at all; from 2010 to 2021, which no later edition of the tables of zones changes.
"""
import datetime
import random
import subprocess
import sys
import zoneinfo

UTC = datetime.timezone.utc
MINUTE = 60000
SEED = 20261122
CASES = 260
# With whole and half and quarter hours, changes of the clock in winter and at midnight, a day left out, one
# hour forward in Ramadan, and the changes of half an hour.
ZONES = """Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos America/Anchorage America/Argentina/Buenos_Aires
America/Bogota America/Caracas America/Chicago America/Denver America/Halifax America/Havana America/Los_Angeles
America/Mexico_City America/New_York America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll Asia/Amman
Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Jerusalem Asia/Kathmandu Asia/Kolkata Asia/Pyongyang Asia/Seoul Asia/Shanghai
Asia/Singapore Asia/Tehran Asia/Tokyo Australia/Adelaide Australia/Eucla Australia/Lord_Howe Australia/Sydney
Atlantic/Azores Europe/Berlin Europe/Dublin Europe/Istanbul Europe/Lisbon Europe/London Europe/Moscow Europe/Volgograd
Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Honolulu Pacific/Kiritimati Pacific/Norfolk UTC""".split()
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PLANS = [
    {d: [(540, 1020)] for d in range(5)},
    {d: [(540, 720), (780, 1050)] for d in range(5)} | {5: [(600, 840)]},
    {d: [(0, 1440)] for d in range(7)},
    {d: [(1320, 1800)] for d in range(7)},  # nights
    {d: [(0, 75), (90, 200), (1380, 1440)] for d in range(7)},  # across every change of the clock
    {4: [(1080, 1620)], 6: [(0, 1)]},
    {},
]


def clock(minutes):
    minutes = minutes - 1440 if minutes > 1440 else minutes
    return f"{minutes // 60:02}:{minutes % 60:02}"


def hours(plan):
    return "; ".join(f"{NAMES[d]} " + " ".join(f"{clock(a)}-{clock(b)}" for a, b in spans) for d, spans in plan.items())


class Naive:
    """Looks at each minute."""

    def __init__(self, zone, plan, off):
        self.zone, self.plan, self.off = zoneinfo.ZoneInfo(zone), plan, set(off)

    def spans(self, day):
        iso = day.isoformat()
        return [] if iso in self.off or iso[5:] in self.off else self.plan.get(day.weekday(), [])

    def works(self, at_ms):
        local = datetime.datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(self.zone)
        minute, day = local.hour * 60 + local.minute, local.date()
        return any(a <= minute < b for a, b in self.spans(day)) or any(
            a <= minute + 1440 < b for a, b in self.spans(day - datetime.timedelta(days=1)))

    def worked(self, start, end):
        return sum(MINUTE for at in range(start, end, MINUTE) if self.works(at))

    def after(self, start, work, limit):
        """The instant when work is done, or None when that is not before the limit."""
        at = start
        while work > 0 and at < limit:
            work -= MINUTE if self.works(at) else 0
            at += MINUTE
        return at if work <= 0 else None


def changes(zone):
    """Some instants at which its offset changes, found by halving days."""
    z, found = zoneinfo.ZoneInfo(zone), []
    offset = lambda s: datetime.datetime.fromtimestamp(s, z).utcoffset()  # noqa: E731
    day = 86400
    for low in range(int(datetime.datetime(2010, 1, 2, tzinfo=UTC).timestamp()),
                     int(datetime.datetime(2021, 12, 20, tzinfo=UTC).timestamp()), day * 7):
        a, b = low, low + day * 7
        if offset(a) == offset(b):
            continue
        while b - a > 1:
            mid = (a + b) // 2
            a, b = (mid, b) if offset(mid) == offset(a) else (a, mid)
        found.append(b)
    return found


def case(rnd, number):
    zone = ZONES[number % len(ZONES)]
    plan = rnd.choice(PLANS)
    turns = changes(zone) if rnd.random() < 0.7 else []
    base = rnd.choice(turns) if turns else rnd.randrange(1263000000, 1640000000)
    start = (base // 60 - rnd.randrange(0, 2 * 1440)) * MINUTE
    end = start + rnd.randrange(0, 5 * 1440) * MINUTE
    first = datetime.datetime.fromtimestamp(start // 1000, UTC).date()
    off = [(first + datetime.timedelta(days=rnd.randrange(0, 6))).isoformat()[rnd.choice([0, 5]):]
           for _ in range(rnd.choice([0, 0, 1, 2]))]
    return zone, plan, off, start, end


def main():
    rnd = random.Random(SEED)
    asked, told = [], []
    for number in range(CASES):
        zone, plan, off, start, end = case(rnd, number)
        naive = Naive(zone, plan, off)
        head = f"{zone}\t{hours(plan)}\t{','.join(off)}"
        worked = naive.worked(start, end)
        asked.append(f"{head}\tW\t{start}\t{end}")
        told.append(str(worked))
        if worked:
            work = rnd.randrange(1, worked // MINUTE + 1) * MINUTE
            asked.append(f"{head}\tA\t{start}\t{work}")
            told.append(str(naive.after(start, work, end)))
        elif not plan:
            asked.append(f"{head}\tA\t{start}\t{MINUTE}")
            told.append("never")
    got = subprocess.run([sys.argv[1]], input="\n".join(asked) + "\n", stdout=subprocess.PIPE, check=True,
                         encoding="utf-8").stdout.split()
    assert len(got) == len(told), (len(got), len(told))
    for question, mine, theirs in zip(asked, told, got):
        assert mine == theirs, f"{question}: {theirs} instead of {mine} (seed {SEED})"
    print(f"{len(told)} reckonings agree, {sum(t not in ('0', 'never') for t in told)} of them with working time")


main()
