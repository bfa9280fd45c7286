//! The status machine: which moves there are and who may make them, as one pure function.
use super::refusal::Refusal;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Waiting for staff.
    Open,
    /// Waiting for the student.
    Pending,
    /// Somebody is working on it.
    InProgress,
    /// Answered; a reply reopens it, for a while.
    Resolved,
    /// Done; a reply reopens it, for a while.
    Closed,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Open, Self::Pending, Self::InProgress, Self::Resolved, Self::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::InProgress => "in-progress",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Resolved or closed.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}

/// On whose behalf a ticket moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mover {
    /// The student the ticket belongs to.
    Requester,
    Staff,
    /// A reply of the student moves the ticket by itself, as long as it may be reopened.
    Reply,
    /// The desk by itself, when nothing has happened for long.
    Desk,
}

/// What somebody wants of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// This status.
    Become(Status),
    Close,
    /// Open again; only what is done can be.
    Reopen,
}

/// The status that reaches the goal, when `mover` may put a ticket there that stands at `from`.
pub fn reach(mover: Mover, from: Status, goal: Goal) -> Result<Status, Refusal> {
    match goal {
        Goal::Become(to) => transition(mover, from, to),
        Goal::Close => transition(mover, from, Status::Closed),
        Goal::Reopen if from.is_done() => transition(mover, from, Status::Open),
        Goal::Reopen => {
            let names: Vec<&str> = moves(mover, from).iter().map(|status| status.as_str()).collect();
            let (from, names) = (from.as_str(), names.join(", "));
            Err(Refusal::Conflict(format!("a ticket that is {from} is not done; it can become: {names}")))
        }
    }
}

/// Every status that `mover` may put a ticket into that stands at `from`.
pub fn moves(mover: Mover, from: Status) -> &'static [Status] {
    use Status::{Closed, InProgress, Open, Pending, Resolved};
    match (mover, from) {
        (Mover::Staff, Open) => &[Pending, InProgress, Resolved, Closed],
        (Mover::Staff, Pending) => &[Open, InProgress, Resolved, Closed],
        (Mover::Staff, InProgress) => &[Open, Pending, Resolved, Closed],
        (Mover::Staff, Resolved) => &[Open, InProgress, Closed],
        (Mover::Staff | Mover::Requester, Closed) | (Mover::Reply, Pending | Resolved | Closed) => &[Open],
        (Mover::Requester, Open | Pending | InProgress) => &[Closed],
        (Mover::Requester, Resolved) => &[Open, Closed],
        (Mover::Desk, Pending | Resolved) => &[Closed],
        (Mover::Desk, Open | InProgress | Closed) | (Mover::Reply, Open | InProgress) => &[],
    }
}

/// `to`, when `mover` may put a ticket there that stands at `from`; otherwise a conflict that names the legal moves.
pub fn transition(mover: Mover, from: Status, to: Status) -> Result<Status, Refusal> {
    let legal = moves(mover, from);
    if legal.contains(&to) {
        return Ok(to);
    }
    let names: Vec<&str> = legal.iter().map(|status| status.as_str()).collect();
    let from = from.as_str();
    Err(Refusal::Conflict(match names.as_slice() {
        [] => format!("a ticket that is {from} cannot be moved by you"),
        names => format!("a ticket that is {from} can become: {}; not {}", names.join(", "), to.as_str()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: from; columns: to, in the order of `Status::ALL`. `+` is legal, `.` is not.
    const STAFF: [&str; 5] = [".++++", "+.+++", "++.++", "+.+.+", "+...."];
    const REQUESTER: [&str; 5] = ["....+", "....+", "....+", "+...+", "+...."];
    const REPLY: [&str; 5] = [".....", "+....", ".....", "+....", "+...."];
    const DESK: [&str; 5] = [".....", "....+", ".....", "....+", "....."];

    #[test]
    fn every_move_is_as_the_table_says() {
        let tables = [STAFF, REQUESTER, REPLY, DESK];
        let movers = [Mover::Staff, Mover::Requester, Mover::Reply, Mover::Desk];
        for (mover, table) in movers.into_iter().zip(tables) {
            for (row, from) in table.iter().zip(Status::ALL) {
                for (cell, to) in row.chars().zip(Status::ALL) {
                    let result = transition(mover, from, to);
                    assert_eq!(result.is_ok(), cell == '+', "{mover:?}: {from:?} -> {to:?}");
                    if let Err(refusal) = result {
                        assert!(matches!(refusal, Refusal::Conflict(_)));
                    }
                }
            }
        }
    }

    #[test]
    fn an_illegal_move_names_the_legal_ones() {
        let refusal = transition(Mover::Staff, Status::Closed, Status::Pending).expect_err("closed only reopens");
        assert_eq!(refusal.to_string(), "a ticket that is closed can become: open; not pending");
    }

    #[test]
    fn only_what_is_done_is_reopened() {
        for from in Status::ALL {
            let reached = reach(Mover::Staff, from, Goal::Reopen).ok();
            assert_eq!(reached, from.is_done().then_some(Status::Open), "{from:?}");
        }
        let refusal = reach(Mover::Requester, Status::Pending, Goal::Reopen).expect_err("it is not done");
        assert_eq!(refusal.to_string(), "a ticket that is pending is not done; it can become: closed");
    }

    #[test]
    fn every_status_reads_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
    }
}
