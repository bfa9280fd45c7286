"""One request for each operation that must succeed: what a client would send on a good day."""

import links
from stage import PICTURE, Stage

JSON = "application/json"
FORM = "multipart/form-data"


def walk(stage: Stage):
    """Each operation's name with whoever asks (None: nobody) and what the request is made of."""
    ticket, other = stage.ticket()["id"], stage.ticket()["ticketId"]
    message, note = stage.message(ticket=ticket), stage.note(ticket=ticket)
    on = {"id": ticket}

    def asks(operation, by="admin", path=None, query=None, body=None, kind=JSON, headers=None):
        return operation, by, {
            "path_parameters": path or {}, "query": query or {}, "headers": headers or {},
            **({"body": body, "media_type": kind} if body is not None else {}),
        }

    yield from signing_in(stage, asks)
    yield from oneself(stage, asks)
    yield from mails(stage, asks)
    yield from people(stage, asks)
    yield from tickets(stage, asks, on, other)
    yield from conversation(stage, asks, on, message)
    yield from notes(stage, asks, on, note)
    yield from finding(stage, asks, on)
    for operation in ["getStats", "getStatsByDay"]:
        yield asks(operation, query={"from": "2026-01-01", "to": "2026-01-31", "zone": "Europe/Berlin", "category": "other"})
    yield asks("getStatsByAgent")
    yield asks("getBacklog", by="instructor", query={"priority": "high"})
    for operation in ["getOpenApi", "getLiveness", "getReadiness", "getMetrics", "getEmbedding"]:
        yield asks(operation, by=None)
    yield asks("getSettings", by="student")
    yield asks("listAudit", query={"action": "user-created", "limit": 2})
    yield asks("getBridge")
    yield asks("listDeadLetters", query={"limit": 2})
    yield asks("replayDeadLetters")


def signing_in(stage, asks):
    someone = stage.user(password=stage.password)
    yield asks("login", by=None, body={"email": someone["email"], "password": stage.password})
    session = stage.signs_in(someone["email"])
    yield asks("refreshTokens", by=None, body={"refreshToken": session["refreshToken"]})
    yield asks("logout", by=None, body={"refreshToken": session["refreshToken"]})
    invited = stage.user()["invitation"]["token"]
    yield asks("acceptInvitation", by=None, body={"token": invited, "password": stage.password, "displayName": "Ivy"})
    yield asks("askForPassword", by=None, body={"email": someone["email"]})
    reset = stage.does("admin", "POST", f"/api/users/{someone['id']}/password-reset")["token"]
    yield asks("choosePassword", by=None, body={"token": reset, "password": stage.password})


def oneself(stage, asks):
    yield asks("getMe", by="student")
    yield asks("changeMe", by="student", body={"displayName": "Ann Lee", "hideReadReceipts": False})
    yield asks("setAvatar", by="student", body=PICTURE, kind="image/png")
    avatar = stage.does("student", "GET", "/api/auth/me")["avatarUrl"].rsplit("/", 1)[1]
    yield asks("getAvatar", by=None, path={"name": avatar})
    yield asks("removeAvatar", by="student")
    # Their other sessions end.
    change = {"currentPassword": stage.password, "newPassword": stage.password}
    yield asks("changePassword", by="other", body=change)
    yield asks("listSessions", by="student")
    stage.signs_in("ann.lee@example.org")
    sessions = stage.does("student", "GET", "/api/auth/sessions")["items"]
    yield asks("endSession", by="student", path={"id": next(it["id"] for it in sessions if not it["current"])})


def mails(stage, asks):
    change = {
        "occasions": [{"occasion": "mention", "pace": "daily"}, {"occasion": "new-message", "pace": None}],
        "timeZone": "Europe/Berlin", "language": "de", "quietHours": {"from": "22:00", "until": "06:30"},
    }
    yield asks("changeMailPreferences", by="student", body=change)
    yield asks("getMailPreferences", by="student")
    yield asks("resumeMails", by="student")
    token = {"token": links.unsubscribing(stage.ids["other"], "mention")}
    form = {"List-Unsubscribe": "One-Click"}
    yield asks("unsubscribe", by=None, query=token, body=form, kind="application/x-www-form-urlencoded")
    yield asks("getUnsubscribing", by=None, query=token)
    yield asks("undoUnsubscribing", by=None, query=token)
    grant = links.file(stage.file()["id"], stage.ids["student"])
    yield asks("getMailFile", by=None, path={"token": grant})


def people(stage, asks):
    someone = {"id": stage.user()["id"]}
    yield asks("listUsers", query={"search": "Vic", "role": "student", "limit": 1})
    yield asks("listAssignable", by="instructor", query={"search": "ben"})
    yield asks("createUser", body={"name": "Nia", "email": "nia@example.org", "matrixId": "@nia:example.org"})
    yield asks("importUsers", query={"dryRun": "no"}, body="name,email,role\r\nRoy,roy@example.org,student\r\n", kind="text/csv")
    yield asks("getUser", path=someone)
    yield asks("changeUser", path=someone, body={"name": "Vera", "role": "instructor", "teams": [stage.team()["id"]]})
    yield asks("resetPassword", path=someone)
    team = {"id": stage.team()["id"]}
    route = {"category": "account", "context": "Course 7"}
    yield asks("listTeams", by="instructor")
    yield asks("createTeam", body={"name": "Accounts", "members": [stage.ids["instructor"]], "routes": [route]})
    yield asks("getTeam", by="instructor", path=team)
    yield asks("changeTeam", path=team, body={"members": [stage.ids["instructor"]], "routes": []})
    yield asks("retireTeam", path=team)
    yield asks("listKeys")
    yield asks("createKey", body={"name": "Wiki", "scopes": ["read", "write"], "days": 30})
    yield asks("revokeKey", path={"id": stage.key()["id"]})


def tickets(stage, asks, on, other):
    fields = {"title": "Scanner", "description": "It *smokes*", "category": "technical", "clientId": "walk-1"}
    yield asks("openTicket", by="student", body={**fields, "impact": "blocked", "context": "Course 7"})
    form = {"title": "Scanner", "description": "It smokes", "category": "other", "files": [PICTURE]}
    yield asks("openTicket", by="student", body=form, kind=FORM)
    yield asks("getTicket", by="student", path=on)
    yield asks("getTicket", by="instructor", path={"id": other})
    yield asks("editTicket", path=on, body={"priority": "urgent", "tags": ["exam"], "context": None}, headers={"If-Match": "*"})
    yield asks("claimTicket", by="instructor", path=on)
    yield asks("assignTicket", path=on, body={"userId": stage.ids["instructor"], "teamId": stage.team()["id"]})
    yield asks("changeStatus", by="instructor", path=on, body={"status": "pending"})
    yield asks("closeTicket", by="student", path=on, body={"resolution": "It was unplugged"})
    yield asks("reopenTicket", by="student", path=on)
    yield asks("addParticipant", by="instructor", path=on, body={"userId": stage.ids["other"]})
    yield asks("listTimeline", by="instructor", path=on, query={"limit": 100})
    yield asks("removeParticipant", by="instructor", path=on, body={"userId": stage.ids["other"]})
    ticket, named = stage.confidential()
    yield asks("listNamedStaff", by="instructor", path={"id": ticket})
    yield asks("nameStaff", by="instructor", path={"id": ticket}, body={"userId": stage.ids["admin"]})
    yield asks("unnameStaff", by="instructor", path={"id": ticket, "person": named})


def conversation(stage, asks, on, message):
    said = {"id": message["id"]}
    yield asks("sendMessage", by="student", body={"ticket": on["id"], "message": "And **now**?", "replyTo": message["id"]})
    yield asks("sendMessage", by="student", body={"ticket": on["id"], "message": "See", "files": [PICTURE]}, kind=FORM)
    yield asks("uploadFiles", by="student", path=on, body={"files": [PICTURE]}, kind=FORM)
    yield asks("listMessages", by="instructor", path=on, query={"around": message["id"], "limit": 5})
    yield asks("editMessage", by="student", path=said, body={"message": "It burns"})
    yield asks("listRevisions", by="instructor", path=said)
    yield asks("react", by="instructor", path={**said, "label": "👍"})
    yield asks("unreact", by="instructor", path={**said, "label": "👍"})
    yield asks("markRead", by="instructor", path=said)
    yield asks("markUnread", by="instructor", path=on, body={"message": message["id"]})
    yield asks("deleteMessage", by="student", path=said)
    file = stage.file()
    _, _, _, id, name = file["url"].split("/")
    yield asks("getFile", by="student", path={"id": id, "name": name})
    yield asks("getFile", by="student", path={"id": id, "name": name}, headers={"Range": "bytes=0-9"})
    yield asks("getThumbnail", by="instructor", path={"id": id, "name": name})


def notes(stage, asks, on, note):
    noted = {**on, "note": note["id"]}
    yield asks("listNotes", by="instructor", path=on, query={"limit": 1})
    yield asks("writeNote", by="instructor", path=on, body={"note": "Ask Ada", "mentions": [stage.ids["admin"]]})
    yield asks("writeNote", by="instructor", path=on, body={"note": "See", "files": [PICTURE]}, kind=FORM)
    yield asks("editNote", by="instructor", path=noted, body={"note": "Look at the drum"})
    yield asks("listNoteRevisions", by="instructor", path=noted)
    yield asks("deleteNote", by="instructor", path=noted)


def finding(stage, asks, on):
    some = {"status": ["open", "pending"], "category": ["technical"], "sort": "priority", "order": "asc", "limit": 2}
    yield asks("listMyTickets", by="student", query=some)
    yield asks("listTickets", by="instructor", query={**some, "team": ["none"], "created": "2026-01-01.."})
    yield asks("countTickets", by="instructor", query={"q": ["status:open", "waiting:yes"], "scope": "all", "cap": 5})
    yield asks("searchTickets", by="student", query={"q": "printer", "limit": 2})
    yield asks("exportTickets", by="instructor", query={"q": "status:open,pending", "bom": "yes"})
    yield asks("beginBulk", by="instructor", body={"action": "tag", "add": ["exam"], "filter": "category:technical"})
    yield asks("getJob", by="instructor", path={"id": stage.job()["id"]})
    yield asks("cancelJob", by="instructor", path={"id": stage.job()["id"]})
    yield asks("deleteJob", by="instructor", path={"id": stage.job()["id"]})
