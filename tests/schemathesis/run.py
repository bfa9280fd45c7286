"""Holds a desk to its description, docs/openapi.json: `run.py URL FOLDER`.

First one request for each operation that must succeed, then random ones, wrong ones too. Every answer is to be as the
description says, and none of them a server error. Ends with 1 when one is not, or when an operation was not reached.
"""

import json
import os
import pathlib
import subprocess
import sys

import schemathesis
from schemathesis.checks import CHECKS as KNOWN
from schemathesis.core.failures import FailureGroup

import links
from stage import Stage
from walk import walk

HERE = pathlib.Path(__file__).parent
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
PEOPLE = {"student": "ann.lee", "other": "sam.fox", "instructor": "ben.ode", "admin": "ada.roe"}
PASSWORD = "a horse that staples"
# While the homeserver is away nothing fails that could be sent again: 409. Nor does anything arrive that could be laid aside.
# What leads to a page is no success of its own.
NEVER_SUCCEED = {"retryMessage", "retryNote", "replayDeadLetter", "openUnsubscribePage"}
# schemathesis passes over what it reads itself.
NEVER_RANDOM = {"GET /api/openapi.json"}
# So many random requests per operation, besides those at the bounds of each field.
EXAMPLES = 12


def walked(stage, schema):
    """What was wrong with the requests that must succeed, and who made those of each operation."""
    wanted = [check for check in KNOWN.get_all() if check.__name__ in CHECKS]
    wrong, callers, missing = [], {}, {operation_id(it.ok()) for it in schema.get_all_operations()}
    for name, by, request in walk(stage):
        case = schema.find_operation_by_id(name).Case(**request)
        if by:
            case.headers["Authorization"] = f"Bearer {stage.tokens[by]}"
        callers[case.operation.label] = by or "admin"
        missing.discard(name)
        answer = case.call()
        if answer.status_code >= 300:
            wrong.append(f"{name}: answered with {answer.status_code} {answer.text}")
            continue
        try:
            case.validate_response(answer, checks=wanted)
        except FailureGroup as failures:
            wrong.extend(f"{name}: {failure}" for failure in failures.exceptions)
    wrong.extend(f"{name}: walk.py has no request for it" for name in sorted(missing - NEVER_SUCCEED))
    return wrong, callers


def operation_id(operation):
    return operation.definition.raw["operationId"]


def staged(stage, callers):
    """What the random requests are about. What they take away (`guarded`) is there to be taken away."""
    tickets = [stage.ticket(by)["id"] for by in ["student", "student", "other", "instructor"]]
    confidential, named = stage.confidential()
    tickets.append(confidential)
    messages = [stage.message(ticket=tickets[0])["id"] for _ in range(8)]
    notes = [stage.note(ticket=tickets[0])["id"] for _ in range(4)]
    files = [stage.file()["id"], stage.file("note.txt", b"grey")["id"]]
    victims = [stage.user(role)["id"] for role in ["student", "instructor", "admin"]]
    teams, keys, jobs = ([make()["id"] for _ in range(3)] for make in [stage.team, stage.key, stage.job])
    for _ in range(2):
        stage.signs_in("ann.lee@example.org")
    sessions = stage.does("student", "GET", "/api/auth/sessions")["items"]
    lost = [it["id"] for it in sessions if not it["current"]]
    pools = {
        "/api/support/tickets/{id}/staff/{person}": {"id": [confidential], "person": [named]},
        "/api/support/tickets/{id}/notes/{note}": {"id": tickets[:1], "note": notes},
        "/api/support/tickets/{id}": {"id": tickets},
        "/api/chat/messages/{id}": {"id": messages},
        "/api/files/{id}": {"id": files},
        "/api/mail/files/{token}": {"token": [links.file(it, stage.ids["student"]) for it in files]},
        "/api/users/{id}": {"id": victims},
        "/api/teams/{id}": {"id": teams},
        "/api/keys/{id}": {"id": keys},
        "/api/jobs/{id}": {"id": jobs},
        "/api/auth/sessions/{id}": {"id": lost},
    }
    secret = stage.posts("admin", "/api/keys", name="Wiki", scopes=["read", "write", "admin"])["secret"]

    def ids(label):
        method, path = label.split(" ", 1)
        if label == "GET /api/chat/messages/{id}":
            return {"id": tickets}
        return next((ids for start, ids in pools.items() if path.startswith(start)), {})

    guarded = ["/api/users/{id}", "/api/keys/{id}", "/api/auth/sessions/{id}"]
    fields = {
        "POST /api/chat/messages": {
            "ticket": tickets[:1], "replyTo": messages, "thread": messages, "mentions": [stage.ids["student"]],
        },
        "POST /api/support/tickets/{id}/notes": {"mentions": [stage.ids["instructor"]]},
        "POST /api/support/tickets/{id}/upload": {"replyTo": messages, "thread": messages},
        "POST /api/support/tickets/{id}/unread": {"message": messages},
        "POST /api/support/tickets/{id}/participants": {"userId": victims},
        "DELETE /api/support/tickets/{id}/participants": {"userId": victims},
        "POST /api/support/tickets/{id}/staff": {"userId": victims},
        "PATCH /api/support/tickets/{id}/assign": {"userId": victims, "teamId": teams},
        "POST /api/support/tickets": {"follows": tickets},
        "POST /api/users": {"email": ["random{number}@example.org"], "matrixId": ["@random{number}:example.org"]},
        "POST /api/keys": {"userId": victims},
    }
    of_tickets, bulk = ["category", "priority", "team", "assignee"], "POST /api/support/tickets/bulk"
    stats = ["GET /api/support/stats", "GET /api/support/stats/days", "GET /api/support/stats/backlog"]
    fields[bulk] = {"userId": victims[1:], "teamId": teams, "ids": tickets, "filter": ["status:open", "printer"]}
    actions = {"assign": ["userId", "teamId"], "close": ["resolution"], "status": ["status", "resolution"], "tag": ["add", "remove"]}
    return {
        "alone": {
            **{label: of_tickets for label in stats},
            bulk: ["ids", "filter"],
            "GET /api/chat/messages/{id}": ["before", "after", "around"],
            "POST /api/support/tickets": ["priority", "impact"],
            "POST /api/support/tickets/{id}/participants": ["userId", "matrixId"],
            "DELETE /api/support/tickets/{id}/participants": ["userId", "matrixId"],
        },
        "beside": {bulk: ["action", actions]},
        "tokens": {**stage.tokens, "key": secret},
        "fields": fields,
        "callers": callers,
        "paths": {label: ids(label) for label in callers},
        "guarded": [label for label in callers if any(start in label for start in guarded)],
    }


def fuzzed(url, folder, staged):
    """How random requests went: the exit status, and how often each operation was answered with which status."""
    told, tally = folder / "stage.json", folder / "tally.json"
    told.write_text(json.dumps(staged), encoding="utf-8")
    # One worker: Python 3.11 loses count of its own recursion when threads compile at once (CPython issue 106905).
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run", f"{url}/api/openapi.json",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--seed", "4", "--generation-deterministic", "--no-shrink", "--continue-on-failure",
        "--suppress-health-check", "all", "--warnings", "off", "--workers", "1", "--no-color",
        "--report", "ndjson", "--report-dir", str(folder),
    ]
    environment = {
        **os.environ, "STAGE": str(told), "TALLY": str(tally), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE),
    }
    status = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    return status, json.loads(tally.read_text(encoding="utf-8"))


def main(url, folder):
    schema = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    stage = Stage(url, {name: f"{address}@example.org" for name, address in PEOPLE.items()}, PASSWORD)
    wrong, callers = walked(stage, schema)
    for name in NEVER_SUCCEED:
        callers[schema.find_operation_by_id(name).label] = "student"
    status, tally = fuzzed(url, pathlib.Path(folder), staged(stage, callers))
    for label in sorted(callers.keys() - NEVER_RANDOM):
        if not any(int(answered) not in (401, 404, 405) for answered in tally.get(label, {})):
            wrong.append(f"{label}: no random request reached it: {tally.get(label)}")
    print(f"{len(callers)} operations, {sum(sum(counts.values()) for counts in tally.values())} random requests")
    if status != 0:
        wrong.append("schemathesis found answers that are not as docs/openapi.json says, see above")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
