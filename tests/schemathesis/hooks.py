"""What schemathesis asks about exists, and whoever asks is signed in: half of the random requests would otherwise end at
a 401 or 404, and say nothing."""

import atexit
import collections
import json
import os
import random

import schemathesis

with open(os.environ["STAGE"], encoding="utf-8") as file:
    STAGE = json.load(file)
# How often each operation was answered with which status.
TALLY = collections.defaultdict(collections.Counter)
CALLERS = ["student", "instructor", "admin", "other", "key"]


class Dice:
    """Chance that follows from the operation and how often it was asked: every run throws the same."""

    thrown = collections.Counter()

    def __init__(self, label):
        Dice.thrown[label] += 1
        self.number = Dice.thrown[label]
        self.label = label

    def throw(self, what, sides):
        return random.Random(f"{self.label} {self.number} {what}").randrange(sides)

    def choose(self, what, options):
        return options[self.throw(what, len(options))]


def fit(label, fields, dice):
    """Takes away, in three of four requests, what does not go together: OpenAPI cannot say so."""
    if dice.throw("fit", 4) == 0:
        return
    alone = [name for name in STAGE["alone"].get(label, []) if name in fields]
    for name in alone:
        if name != dice.choose("alone", alone):
            del fields[name]
    field, beside = STAGE["beside"].get(label, (None, {}))
    allowed = beside.get(str(fields.get(field)))
    for name in {name for names in beside.values() for name in names} & fields.keys():
        if allowed is not None and name not in allowed:
            del fields[name]


@schemathesis.hook
def before_call(context, case, kwargs):
    label = case.operation.label
    dice = Dice(label)
    if dice.throw("signed in", 16) == 0:
        case.headers.pop("Authorization", None)
    else:
        # Two of three requests come from whoever may do it.
        name = STAGE["callers"][label] if dice.throw("may", 3) else dice.choose("caller", CALLERS)
        case.headers["Authorization"] = f"Bearer {STAGE['tokens'][name]}"
    for name, ids in STAGE["paths"].get(label, {}).items():
        # One of four is any id at all, unless it could be one that the others need.
        if label in STAGE["guarded"] or dice.throw(name, 4):
            case.path_parameters[name] = dice.choose(f"which {name}", ids)
    for part in (case.query, case.body):
        if isinstance(part, dict):
            fit(label, part, dice)
    fields = STAGE["fields"].get(label, {})
    if isinstance(case.body, dict):
        for name in case.body.keys() & fields.keys():
            if dice.throw(name, 3):
                value = dice.choose(f"which {name}", fields[name]).format(number=dice.number)
                case.body[name] = [value] if isinstance(case.body[name], list) else value


@schemathesis.hook
def after_call(context, case, response):
    TALLY[case.operation.label][response.status_code] += 1


@atexit.register
def write():
    with open(os.environ["TALLY"], "w", encoding="utf-8") as tally:
        json.dump(TALLY, tally)
