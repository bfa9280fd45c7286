//! A request for each operation, fine in every respect but who asks.
use serde_json::{Value, json};

use super::stage::{CHOSEN, PRESENT, Stage, Thing};
use crate::support::form::{Form, png};
use crate::support::rest::{Answer, Request};

/// How to ask for an operation.
pub struct Operation {
    /// As in the table.
    pub name: &'static str,
    /// What the variables of the path are, in their order.
    pub path: &'static [Thing],
    /// What its body needs besides.
    pub with: &'static [Thing],
    /// Whether what it is about is of whoever asks: then nobody else's stage will do.
    pub is_own: bool,
    /// Whether it begins a job, whose end shows what came of it.
    pub is_job: bool,
    pub query: fn(&Stage) -> String,
    pub body: fn(&Stage) -> Body,
    /// Whether the answer shows the ticket.
    pub shows: fn(&Stage, &Answer) -> bool,
}

/// What is sent.
pub enum Body {
    Nothing,
    Json(Value),
    Form(Form),
    Bytes(&'static str, Vec<u8>),
}

impl Body {
    pub fn of(self, request: Request) -> Request {
        match self {
            Self::Nothing => request,
            Self::Json(body) => request.json(&body),
            Self::Form(form) => request.form(form),
            Self::Bytes(kind, bytes) => request.header("content-type", kind).bytes(bytes),
        }
    }
}

impl Operation {
    fn with(self, with: &'static [Thing]) -> Self {
        Self { with, ..self }
    }

    fn own(self) -> Self {
        Self { is_own: true, ..self }
    }

    fn query(self, query: fn(&Stage) -> String) -> Self {
        Self { query, ..self }
    }

    fn body(self, body: fn(&Stage) -> Body) -> Self {
        Self { body, ..self }
    }

    fn shows(self, shows: fn(&Stage, &Answer) -> bool) -> Self {
        Self { shows, ..self }
    }

    /// Whether it changes nothing.
    pub fn is_reading(&self) -> bool {
        self.name.starts_with("GET ")
    }

    /// Everything that must be on stage.
    pub fn things(&self) -> Vec<Thing> {
        // What belongs to a ticket needs one, which may be a closed one of another kind.
        let has_ticket = |things: &[Thing]| things.iter().any(|it| matches!(it, Thing::Ticket | Thing::ClosedTicket));
        let belongs = |it: &Thing| {
            use Thing::{EditedMessage, EditedNote, FailedMessage, FailedNote, File, NoteFile};
            use Thing::{Guest, Job, Message, Named, Note};
            matches!(it, Message | FailedMessage | EditedMessage | Note | FailedNote | EditedNote)
                || matches!(it, File | NoteFile | Guest | Named | Job)
        };
        let all = [self.path, self.with].concat();
        let mut things = Vec::new();
        if all.iter().any(belongs) && !has_ticket(&all) {
            things.push(Thing::Ticket);
        }
        // The ticket first.
        things.extend(all.iter().filter(|it| has_ticket(&[**it])));
        things.extend(all.iter().filter(|it| !has_ticket(&[**it])));
        things
    }
}

fn on(name: &'static str, path: &'static [Thing]) -> Operation {
    Operation {
        name,
        path,
        with: &[],
        is_own: false,
        is_job: false,
        query: |_| String::new(),
        body: |_| Body::Nothing,
        shows: |stage, answer| {
            let ticket = stage.ticket.as_ref().expect("only operations on tickets are asked what they show");
            answer.text.contains(&ticket.id) || answer.text.contains(&ticket.number)
        },
    }
}

fn counts_one(_: &Stage, answer: &Answer) -> bool {
    answer.body["items"][0]["count"] == 1
}

fn job(name: &'static str) -> Operation {
    Operation { is_job: true, ..on(name, &[]).with(&[Thing::Ticket]) }
        .shows(|_, job| job.body["total"] == 1 && job.body["failed"] == 0)
}

/// Every operation of REST and of the application service.
pub fn all() -> Vec<Operation> {
    [signing_in(), mails(), people(), finding(), tickets(), conversations(), public()].into_iter().flatten().collect()
}

fn signing_in() -> Vec<Operation> {
    use Thing::{Invitation, OthersSession, RefreshToken, Reset, Session, Twin};
    let refresh = |stage: &Stage| Body::Json(json!({"refreshToken": stage.the(RefreshToken)}));
    vec![
        on("POST /api/auth/login", &[]).own().body(|s| Body::Json(json!({"email": s.email, "password": PRESENT}))),
        on("POST /api/auth/refresh", &[]).with(&[RefreshToken]).own().body(refresh),
        on("POST /api/auth/logout", &[]).with(&[RefreshToken]).own().body(refresh),
        on("POST /api/auth/invitations/accept", &[]).with(&[Invitation]).own().body(|stage| {
            Body::Json(json!({"token": stage.the(Invitation), "password": CHOSEN, "displayName": "Newton"}))
        }),
        on("POST /api/auth/password-reset", &[]).own().body(|stage| Body::Json(json!({"email": stage.email}))),
        on("POST /api/auth/password-reset/confirm", &[])
            .with(&[Reset])
            .own()
            .body(|stage| Body::Json(json!({"token": stage.the(Reset), "password": CHOSEN}))),
        on("GET /api/auth/me", &[]),
        on("PUT /api/auth/me", &[]).with(&[Twin]).own().body(|_| Body::Json(json!({"displayName": "Renamed"}))),
        on("PUT /api/auth/me +hide-receipts", &[])
            .with(&[Twin])
            .own()
            .body(|_| Body::Json(json!({"hideReadReceipts": true}))),
        on("PUT /api/auth/me/password", &[])
            .with(&[Twin])
            .own()
            .body(|_| Body::Json(json!({"currentPassword": PRESENT, "newPassword": CHOSEN}))),
        on("PUT /api/auth/me/avatar", &[]).with(&[Twin]).own().body(|_| Body::Bytes("image/png", png(64, 64))),
        on("DELETE /api/auth/me/avatar", &[]).with(&[Twin]).own(),
        on("GET /api/auth/sessions", &[]),
        on("DELETE /api/auth/sessions/{id}", &[Session]).own(),
        on("DELETE /api/auth/sessions/{id} +another's", &[OthersSession]),
    ]
}

fn mails() -> Vec<Operation> {
    use Thing::{MailFile, MailSwitch, Twin};
    let switch = |stage: &Stage| format!("?token={}", stage.the(MailSwitch));
    vec![
        on("GET /api/auth/me/mail-preferences", &[]),
        on("PUT /api/auth/me/mail-preferences", &[])
            .with(&[Twin])
            .own()
            .body(|_| Body::Json(json!({"language": "de"}))),
        on("POST /api/auth/me/mail-preferences/resume", &[]).with(&[Twin]).own(),
        on("POST /api/mail/unsubscribe", &[]).with(&[MailSwitch]).query(switch),
        on("GET /api/mail/unsubscribe", &[]).with(&[MailSwitch]).query(switch),
        on("GET /api/mail/unsubscribe/about", &[]).with(&[MailSwitch]).query(switch),
        on("POST /api/mail/unsubscribe/undo", &[]).with(&[MailSwitch]).query(switch),
        on("GET /api/mail/files/{token}", &[MailFile]),
    ]
}

fn people() -> Vec<Operation> {
    use Thing::{DeadLetter, Key, Team, User};
    let team = |stage: &Stage| Body::Json(json!({"name": format!("New team {}", stage.number)}));
    vec![
        on("GET /api/users", &[]),
        on("POST /api/users", &[])
            .body(|stage| Body::Json(json!({"name": "Newt", "email": format!("added{}@example.org", stage.number)}))),
        on("POST /api/users/import", &[]).body(|stage| {
            let table = format!("email,name\nimported{}@example.org,Newt\n", stage.number);
            Body::Bytes("text/csv", table.into_bytes())
        }),
        on("GET /api/users/assignable", &[]),
        on("GET /api/users/{id}", &[User]),
        on("PATCH /api/users/{id}", &[User]).body(|_| Body::Json(json!({"name": "Newton"}))),
        on("POST /api/users/{id}/password-reset", &[User]),
        on("GET /api/audit", &[]),
        on("GET /api/bridge", &[]),
        on("GET /api/bridge/dead-letters", &[]),
        on("POST /api/bridge/dead-letters/replay", &[]),
        on("POST /api/bridge/dead-letters/{position}/replay", &[DeadLetter]),
        on("GET /api/keys", &[]),
        on("POST /api/keys", &[]).body(|_| Body::Json(json!({"name": "Another", "scopes": ["read"]}))),
        on("DELETE /api/keys/{id}", &[Key]),
        on("GET /api/teams", &[]),
        on("POST /api/teams", &[]).body(team),
        on("GET /api/teams/{id}", &[Team]),
        on("PATCH /api/teams/{id}", &[Team]).body(team),
        on("DELETE /api/teams/{id}", &[Team]),
    ]
}

fn finding() -> Vec<Operation> {
    use Thing::{ClosedTicket, Job, Note, Ticket};
    const LIST: &[Thing] = &[Ticket];
    let context = |stage: &Stage| format!("?context={}", stage.context());
    vec![
        on("GET /api/support/settings", &[]),
        on("POST /api/support/tickets", &[])
            .body(|_| Body::Json(json!({"title": "Scanner", "description": "It smokes", "priority": "high"}))),
        on("POST /api/support/tickets +files", &[]).body(|_| {
            Body::Form(Form::default().text("title", "Scanner").text("description", "It smokes").file("a.txt", "grey"))
        }),
        on("POST /api/support/tickets +tags", &[])
            .body(|_| Body::Json(json!({"title": "Scanner", "description": "It smokes", "tags": ["wlan"]}))),
        on("POST /api/support/tickets +for-another", &[]).body(|stage| {
            let whose = &stage.ids["other"];
            Body::Json(json!({"title": "Scanner", "description": "It smokes", "createdFor": whose}))
        }),
        on("POST /api/support/tickets +follows", &[]).with(&[ClosedTicket]).body(|stage| {
            let before = stage.the(ClosedTicket);
            Body::Json(json!({"title": "Scanner", "description": "It smokes", "follows": before}))
        }),
        on("GET /api/support/tickets", &[]).with(LIST).query(context),
        on("GET /api/support/tickets/all", &[]).with(LIST).query(context),
        on("GET /api/support/tickets/counts", &[])
            .with(LIST)
            .query(|stage| format!("?q=context:{}", stage.context()))
            .shows(counts_one),
        on("GET /api/support/tickets/counts +all", &[])
            .with(LIST)
            .query(|stage| format!("?scope=all&q=context:{}", stage.context()))
            .shows(counts_one),
        on("GET /api/support/search", &[]).with(LIST).query(|stage| format!("?q={}", stage.word())),
        on("GET /api/support/search +all", &[]).with(LIST).query(|stage| format!("?scope=all&q={}", stage.word())),
        on("GET /api/support/search +number", &[])
            .with(LIST)
            .query(|stage| format!("?q={}", stage.ticket.as_ref().map_or("", |ticket| &ticket.number))),
        on("GET /api/support/search +note", &[]).with(&[Ticket, Note]).query(|stage| format!("?q={}", stage.noted())),
        on("GET /api/support/tickets/export.csv", &[]).with(LIST).query(context),
        job("POST /api/support/tickets/bulk")
            .body(|stage| Body::Json(json!({"action": "tag", "add": ["seen"], "ids": [stage.the(Ticket)]}))),
        job("POST /api/support/tickets/bulk +filter").body(|stage| {
            let filter = format!("context:{}", stage.context());
            Body::Json(json!({"action": "tag", "add": ["seen"], "filter": filter}))
        }),
        on("GET /api/jobs/{id}", &[Job]),
        on("DELETE /api/jobs/{id}", &[Job]),
        on("POST /api/jobs/{id}/cancel", &[Job]),
        on("GET /api/support/stats", &[]),
        on("GET /api/support/stats/days", &[]),
        on("GET /api/support/stats/backlog", &[]),
        on("GET /api/support/stats/agents", &[]),
    ]
}

fn tickets() -> Vec<Operation> {
    use Thing::{ClosedTicket, Guest, Message, Named, Team, Ticket};
    const EDIT: &str = "PATCH /api/support/tickets/{id}";
    vec![
        on("GET /api/support/tickets/{id}", &[Ticket]),
        on(EDIT, &[Ticket]).body(|_| Body::Json(json!({"title": "Burning printer"}))),
        on("PATCH /api/support/tickets/{id} +category", &[Ticket])
            .body(|_| Body::Json(json!({"category": "technical"}))),
        on("PATCH /api/support/tickets/{id} +context", &[Ticket]).body(|_| Body::Json(json!({"context": null}))),
        on("PATCH /api/support/tickets/{id} +confidential", &[Ticket])
            .body(|_| Body::Json(json!({"confidential": true}))),
        on("PATCH /api/support/tickets/{id} +priority", &[Ticket]).body(|_| Body::Json(json!({"priority": "urgent"}))),
        on("PATCH /api/support/tickets/{id} +tags", &[Ticket]).body(|_| Body::Json(json!({"tags": ["wlan"]}))),
        on("PATCH /api/support/tickets/{id}/status", &[Ticket])
            .body(|_| Body::Json(json!({"status": "closed", "resolution": "It is out"}))),
        on("POST /api/support/tickets/{id}/close", &[Ticket]).body(|_| Body::Json(json!({"resolution": "It is out"}))),
        on("POST /api/support/tickets/{id}/reopen", &[ClosedTicket]),
        on("PATCH /api/support/tickets/{id}/assign", &[Ticket])
            .body(|stage| Body::Json(json!({"userId": stage.ids["staff"]}))),
        on("PATCH /api/support/tickets/{id}/assign +team", &[Ticket])
            .with(&[Team])
            .body(|stage| Body::Json(json!({"teamId": stage.the(Team)}))),
        on("POST /api/support/tickets/{id}/claim", &[Ticket]),
        on("GET /api/support/tickets/{id}/timeline", &[Ticket]),
        on("GET /api/support/tickets/{id}/staff", &[Ticket]),
        on("POST /api/support/tickets/{id}/staff", &[Ticket])
            .body(|stage| Body::Json(json!({"userId": stage.ids["staff"]}))),
        on("DELETE /api/support/tickets/{id}/staff/{person}", &[Ticket, Named]),
        on("POST /api/support/tickets/{id}/participants", &[Ticket])
            .body(|stage| Body::Json(json!({"userId": stage.ids["guest"]}))),
        on("DELETE /api/support/tickets/{id}/participants", &[Ticket])
            .with(&[Guest])
            .body(|stage| Body::Json(json!({"userId": stage.the(Guest)}))),
        on("POST /api/support/tickets/{id}/unread", &[Ticket])
            .with(&[Message])
            .body(|stage| Body::Json(json!({"message": stage.the(Message)}))),
        on("POST /api/support/tickets/{id}/upload", &[Ticket])
            .body(|_| Body::Form(Form::default().text("message", "Look").file("a.txt", "grey"))),
    ]
}

fn conversations() -> Vec<Operation> {
    use Thing::{EditedMessage, EditedNote, FailedMessage, FailedNote, File, Label, Message, Note, NoteFile, Ticket};
    let note = |_: &Stage| Body::Json(json!({"note": "Call the fire brigade"}));
    let message = |_: &Stage| Body::Json(json!({"message": "It is out"}));
    vec![
        on("GET /api/support/tickets/{id}/notes", &[Ticket]),
        on("POST /api/support/tickets/{id}/notes", &[Ticket]).body(note),
        on("POST /api/support/tickets/{id}/notes +files", &[Ticket])
            .body(|_| Body::Form(Form::default().text("note", "Look").file("a.txt", "grey"))),
        on("PATCH /api/support/tickets/{id}/notes/{note}", &[Ticket, Note]).body(note),
        on("DELETE /api/support/tickets/{id}/notes/{note}", &[Ticket, Note]),
        on("POST /api/support/tickets/{id}/notes/{note}/retry", &[Ticket, FailedNote]),
        on("GET /api/support/tickets/{id}/notes/{note}/revisions", &[Ticket, EditedNote]),
        on("POST /api/chat/messages", &[])
            .with(&[Ticket])
            .body(|stage| Body::Json(json!({"ticket": stage.the(Ticket), "message": "It is out"}))),
        on("POST /api/chat/messages +files", &[]).with(&[Ticket]).body(|stage| {
            Body::Form(Form::default().text("ticket", stage.the(Ticket)).text("message", "Look").file("a.txt", "grey"))
        }),
        on("GET /api/chat/messages/{id}", &[Ticket]),
        on("PATCH /api/chat/messages/{id}", &[Message]).body(message),
        on("DELETE /api/chat/messages/{id}", &[Message]),
        on("POST /api/chat/messages/{id}/retry", &[FailedMessage]),
        on("GET /api/chat/messages/{id}/revisions", &[EditedMessage]),
        on("PUT /api/chat/messages/{id}/reactions/{label}", &[Message, Label]),
        on("DELETE /api/chat/messages/{id}/reactions/{label}", &[Message, Label]),
        on("PATCH /api/chat/messages/{id}/read", &[Message]),
        on("GET /api/files/{id}/{name}", &[File]),
        on("GET /api/files/{id}/{name} +note", &[NoteFile]),
        on("GET /api/files/{id}/{name}/thumbnail", &[File]),
        on("GET /api/files/{id}/{name}/thumbnail +note", &[NoteFile]),
    ]
}

fn public() -> Vec<Operation> {
    use Thing::{Anything, Avatar};
    let nothing = |_: &Stage| Body::Json(json!({"events": []}));
    vec![
        on("GET /api/avatars/{name}", &[Avatar]),
        on("GET /api/embedding", &[]),
        on("GET /api/openapi.json", &[]),
        on("GET /api/docs", &[]),
        on("GET /api/docs/start.js", &[]),
        on("GET /api/docs/page.css", &[]),
        on("GET /api/docs/swagger-ui.css", &[]),
        on("GET /api/docs/swagger-ui-bundle.js", &[]),
        on("GET /healthz", &[]),
        on("GET /readyz", &[]),
        on("GET /metrics", &[]),
        on("PUT /_matrix/app/v1/transactions/{txn_id}", &[Anything]).body(nothing),
        on("GET /_matrix/app/v1/users/{user_id}", &[Anything]),
        on("GET /_matrix/app/v1/rooms/{alias}", &[Anything]),
        on("POST /_matrix/app/v1/ping", &[]).body(nothing),
    ]
}
