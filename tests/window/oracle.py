#!/usr/bin/env python3
"""Second, independent reckoning of the access window (domain sections 3.2, 3.3 and 4).

The product computes when government access ends. This file computes the same
from the wording of the rules alone, in another language and with another time
zone library, so that a shared misunderstanding is less likely to go unseen.

    python3 tests/window/oracle.py           rewrites expected.json
    python3 tests/window/oracle.py --check   exits 1 and shows a diff if it is stale

All reckoning is in whole microseconds since the epoch; floating point serves only
to print fractional seconds. README.md beside this file gives the format.
"""

import difflib
import json
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo  # Uses the `tzdata` package where the system has no zone files.

HERE = Path(__file__).resolve().parent
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICRO = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400 * SECOND


REFUSALS = {
    "open_too_early", "release_not_planned", "window_closed", "open_in_past", "nothing_left",
    "end_not_earlier", "extension_past_planned", "extension_past_cap",
    "not_open", "not_suspended", "not_scheduled",
}


class CaseError(Exception):
    """The case is malformed, or steps where the rules give no single answer."""


# --- Instants ---------------------------------------------------------------


def resolve(naive, zone):
    """Local date-time to UTC microseconds: the earlier of the two candidates.

    In a gap the candidates are the readings with the offset before and after
    the change, in an overlap the first and second pass; `fold` yields both.
    """
    readings = []
    for fold in (0, 1):
        offset = zone.utcoffset(naive.replace(fold=fold))
        utc = (naive - offset).replace(tzinfo=timezone.utc)
        readings.append((utc - EPOCH) // MICRO)
    return min(readings)


def parse(value, zone):
    """An instant as written in cases.json, or None."""
    if value is None:
        return None
    if isinstance(value, dict):
        return resolve(datetime.fromisoformat(value["local"]), zone)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise CaseError(f"instant without offset: {value}")
    return (moment - EPOCH) // MICRO


def show(micros):
    """UTC RFC 3339 with six decimals, or None."""
    if micros is None:
        return None
    return (EPOCH + micros * MICRO).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(micros):
    """Seconds as a JSON number: an integer if whole, else up to six decimals."""
    return micros // SECOND if micros % SECOND == 0 else micros / SECOND


def least(*values):
    """The smallest of the values that are set."""
    return min(value for value in values if value is not None)


def single(reasons):
    """The one reason that applies; more than one would make the answer depend on check order."""
    if len(set(reasons)) > 1:
        raise CaseError(f"several refusals apply at once: {sorted(set(reasons))}")
    return reasons[0] if reasons else None


# --- One engagement -----------------------------------------------------------


class Engagement:
    """One engagement's window; `prior` is what the release has used before it."""

    def __init__(self, case, prior):
        self.zone = ZoneInfo(case["zone"])
        self.days = case["window_cap_days"]
        self.cap = self.days * DAY
        self.paused = case["clock"] == "paused"
        self.prior = prior
        self.state = "none"
        self.planned = None
        self.open_at = None
        self.first_open = None
        self.segment = None  # Start of the running open segment.
        self.segments = 0  # Open microseconds of finished segments.
        self.bound = None
        self.earlier_end = None
        self.close_at = None
        self.ended_by = None
        self.open_to_the_end = False

    # Arithmetic of section 3.3.

    def cap_end(self, start, first):
        """min(start + cap - used, civil); civil under the running clock only."""
        if self.paused:
            return start + self.cap - (self.prior + self.segments)
        local = (EPOCH + first * MICRO).astimezone(self.zone).replace(tzinfo=None, fold=0)
        civil = resolve(local + timedelta(days=self.days), self.zone)
        return min(first + self.cap - self.prior, civil)

    def end_if_opened(self, start, planned, earlier_end):
        """The end a first opening at `start` would lead to; None without a planned date."""
        if planned is None:
            return None
        return least(self.cap_end(start, start), planned, earlier_end)

    def current_end(self):
        """close_at of the open or suspended window; None while suspended under paused."""
        if self.paused and self.state == "suspended":
            return None
        start = self.segment if self.paused else self.first_open
        return least(self.cap_end(start, self.first_open), self.bound, self.earlier_end)

    def preview(self):
        """While scheduled: the end if it opened at open_at; None if no window would come about."""
        end = self.end_if_opened(self.open_at, self.planned, self.earlier_end)
        return end if end is not None and end > self.open_at else None

    def used(self, at):
        """Microseconds counted against the release cap as of `at`."""
        if self.first_open is None:
            return self.prior
        until = min(at, self.close_at) if self.state == "closed" else at
        if not self.paused:
            return self.prior + until - self.first_open
        running = until - self.segment if self.state == "open" else 0
        return self.prior + self.segments + running

    # Changes of state.

    def finish(self, at, reason):
        """E11 or E13: the window is over at `at`."""
        self.open_to_the_end = self.state == "open"
        if self.state == "open":
            self.segments += at - self.segment
        self.close_at = at if self.first_open is not None else None
        self.state = "closed"
        self.ended_by = reason

    def lapse(self, at):
        """E11 at close_at: true of itself, whether or not anything ran."""
        if self.state in ("open", "suspended") and self.close_at is not None and at >= self.close_at:
            self.finish(self.close_at, "arithmetic")

    def refresh(self, at):
        """Recompute close_at after a change; it may already have come."""
        if self.state == "scheduled":
            self.close_at = self.preview()
        elif self.state in ("open", "suspended"):
            self.close_at = self.current_end()
            self.lapse(at)

    # Commands. Each returns None when accepted, else the name of the refusal.

    def set_planned_release(self, at, step):
        if self.state == "closed":
            raise CaseError("left out: a new planned date after the window closed")
        to = parse(step["to"], self.zone)
        opened = self.state in ("open", "suspended")
        if opened and to is not None and to < at:
            raise CaseError("left out: a planned date in the past while a window runs")
        self.planned = to
        if opened and to is not None:
            self.bound = min(self.bound, to)
        return None

    def schedule(self, at, step):
        if self.state == "closed":
            return "window_closed"
        if self.state in ("open", "suspended"):
            raise CaseError("left out: scheduling a window that has opened")
        open_at = parse(step["open_at"], self.zone)
        agreed = parse(step["agreed_end"], self.zone)
        reasons = ["open_in_past"] if open_at < at else []
        if self.planned is None:
            reasons.append("release_not_planned")
        else:
            reasons += self.opening_reasons(open_at, agreed)
        refusal = single(reasons)
        if refusal is None:
            self.state, self.open_at, self.earlier_end = "scheduled", open_at, agreed
        return refusal

    def opening_reasons(self, start, earlier_end):
        reasons = ["open_too_early"] if start < self.planned - self.cap else []
        if self.end_if_opened(start, self.planned, earlier_end) <= start:
            reasons.append("nothing_left")
        return reasons

    def open(self, at, step):
        if self.state != "scheduled":
            return "window_closed" if self.state == "closed" else "not_scheduled"
        if at > self.open_at:
            raise CaseError("left out: opening after open_at without rescheduling")
        if self.planned is None:
            return "release_not_planned"
        refusal = single(self.opening_reasons(at, self.earlier_end))
        if refusal is None:
            self.state, self.first_open, self.segment = "open", at, at
            self.bound = self.planned
        return refusal

    def suspend(self, at, step):
        if self.state != "open":
            return "window_closed" if self.state == "closed" else "not_open"
        self.segments += at - self.segment
        self.segment, self.state = None, "suspended"
        return None

    def resume(self, at, step):
        if self.state != "suspended":
            return "window_closed" if self.state == "closed" else "not_suspended"
        if self.paused:
            left = self.cap - self.prior - self.segments
            if left <= 0 or at >= least(self.bound, self.earlier_end):
                return "nothing_left"
        self.state, self.segment = "open", at
        return None

    def set_earlier_end(self, at, step):
        if self.state in ("none", "closed"):
            return "window_closed" if self.state == "closed" else "not_scheduled"
        to = parse(step["to"], self.zone)
        if to <= at:
            raise CaseError("left out: an earlier end that is not in the future")
        # While suspended under paused there is no close_at to compare with.
        limit = least(self.close_at, self.earlier_end, self.bound, self.planned)
        if to >= limit:
            return "end_not_earlier"
        if self.state == "scheduled" and to <= self.open_at:
            return "nothing_left"
        self.earlier_end = to
        return None

    def extend(self, at, step):
        if self.state == "closed":
            return "window_closed"
        if self.state in ("none", "scheduled"):
            raise CaseError("left out: extending before the opening")
        if self.close_at is None:
            raise CaseError("left out: extending while suspended under the paused clock")
        bound = parse(step["release_bound"], self.zone)
        end = parse(step["earlier_end"], self.zone)
        reasons = self.extension_reasons(bound, end)
        refusal = single(reasons)
        if refusal is None:
            self.bound = self.bound if bound is None else bound
            self.earlier_end = self.earlier_end if end is None else end
        return refusal

    def extension_reasons(self, bound, end):
        start = self.segment if self.paused else self.first_open
        cap_end = self.cap_end(start, self.first_open)
        reasons = []
        if bound is not None:
            if self.planned is None or bound <= self.bound:
                raise CaseError("left out: an extension that raises nothing")
            reasons += ["extension_past_planned"] if bound > self.planned else []
            reasons += ["extension_past_cap"] if bound > cap_end else []
        if end is not None:
            if self.earlier_end is None or end <= self.earlier_end:
                raise CaseError("left out: an extension that raises nothing")
            if self.planned is None or end > self.planned:
                raise CaseError("left out: an earlier end later than the planned date")
            reasons += ["extension_past_cap"] if end > cap_end else []
        return reasons

    def record_release(self, at, step):
        if self.state != "closed":  # After that it is a recorded fact and moves nothing.
            self.finish(at, "release")
        return None

    def close(self, at, step):
        if self.state not in ("open", "suspended"):
            return "window_closed" if self.state == "closed" else "not_open"
        self.finish(at, "act")
        return None

    COMMANDS = (
        "set_planned_release", "schedule", "open", "suspend", "resume",
        "set_earlier_end", "extend", "record_release", "close",
    )

    def apply(self, at, step):
        """One step: the arithmetic end first, then the command, then what became of it."""
        if step["do"] not in self.COMMANDS:
            raise CaseError(f"unknown command {step['do']}")
        self.lapse(at)
        before = (self.state, self.close_at)
        refusal = getattr(self, step["do"])(at, step)
        if refusal is None:
            self.refresh(at)
        self.check(before, step["do"], at)
        used = self.used(at)
        return {
            "accepted": refusal is None,
            "refusal": refusal,
            "state": self.state,
            "close_at": show(self.close_at),
            "used_seconds_after": seconds(used),
            "used_micros_after": used,
        }

    def check(self, before, command, at):
        """Invariants 3 to 6, asserted on the oracle itself."""
        if self.first_open is None:
            return
        state, end = before
        moved_later = end is not None and self.close_at is not None and self.close_at > end
        if moved_later and state != "scheduled" and command != "extend":
            raise AssertionError(f"{command} moved close_at later")
        horizon = self.close_at if self.close_at is not None else at
        if self.used(horizon) > self.cap:
            raise AssertionError("open time exceeds the cap")
        if not self.paused and horizon - self.first_open > self.cap:
            raise AssertionError("first opening to last close exceeds the cap")
        if self.close_at is not None and horizon > self.bound and self.state != "closed":
            raise AssertionError("the window outlives the release bound")


# --- Cases ----------------------------------------------------------------------


def replay(case, steps, prior, since):
    """One engagement's steps in time order; the engagement, its answers, its last instant."""
    engagement, answers = Engagement(case, prior), []
    for step in steps:
        at = parse(step["at"], engagement.zone)
        if since is not None and at < since:
            raise CaseError("steps are not in time order")
        since = at
        answers.append(engagement.apply(at, step))
    return engagement, answers, since


def settle(engagement):
    """What an earlier engagement adds; it must have ended (one live engagement per release)."""
    if engagement.state in ("open", "suspended"):
        if engagement.close_at is None:
            raise CaseError("an earlier engagement never ends")
        engagement.lapse(engagement.close_at)
    if engagement.first_open is None:
        return engagement.prior, None
    return engagement.used(engagement.close_at), engagement.close_at


def solve(case):
    """Everything expected.json holds for one case."""
    prior = int(Decimal(case["recorded_use_seconds"]) * SECOND)
    since, earlier = None, []
    for steps in case.get("earlier_engagements", []):
        engagement, answers, since = replay(case, steps, prior, since)
        prior, closed = settle(engagement)
        since = max(since, closed) if closed is not None else since
        earlier.append(answers)
    engagement, answers, since = replay(case, case["steps"], prior, since)
    end = engagement.close_at if engagement.first_open is not None else None
    ended_by = engagement.ended_by
    allowed = engagement.open_to_the_end
    if end is not None and engagement.state != "closed":
        ended_by, allowed = "arithmetic", engagement.state == "open"
    stated = parse(case.get("stated_end"), engagement.zone)
    if stated is not None and stated != engagement.close_at:
        raise AssertionError(f"stated end {show(stated)}, computed {show(engagement.close_at)}")
    met = {answer["refusal"] for rows in [*earlier, answers] for answer in rows} - {None}
    if met != REFUSALS.intersection(case["covers"]):
        raise AssertionError(f"covers does not name exactly the refusals met: {sorted(met)}")
    return {
        "name": case["name"],
        "earlier_engagements": earlier,
        "steps": answers,
        "ended_by": ended_by,
        "denied_at": show(end),
        "allowed_until": show(end - 1) if allowed and ended_by == "arithmetic" else None,
    }


def render(solutions):
    """One step a line, so that a diff shows which step changed."""
    blocks = []
    for solution in solutions:
        lines = []
        for key, value in solution.items():
            text = json.dumps(value)
            if key == "steps":
                text = "[\n" + ",\n".join("      " + json.dumps(row) for row in value) + "\n    ]"
            lines.append(f"    {json.dumps(key)}: {text}")
        blocks.append("  {\n" + ",\n".join(lines) + "\n  }")
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def main(arguments):
    cases = json.loads((HERE / "cases.json").read_text("utf-8"), parse_float=Decimal)
    solutions, names, faults = [], set(), []
    for case in cases:
        if case["name"] in names:
            raise CaseError(f"two cases named {case['name']}")
        names.add(case["name"])
        try:
            solutions.append(solve(case))
        except (CaseError, AssertionError) as error:
            faults.append(f"{case['name']}: {error}")
    if faults:
        sys.exit("\n".join(faults))
    text, target = render(solutions), HERE / "expected.json"
    if arguments != ["--check"]:
        target.write_text(text, "utf-8")
        return 0
    held = target.read_text("utf-8") if target.exists() else ""
    sys.stdout.writelines(
        difflib.unified_diff(held.splitlines(True), text.splitlines(True), "expected.json", "computed")
    )
    return 0 if held == text else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
