//! The table of `tests/permissions.txt`, read as strictly as it can be.
use std::collections::BTreeSet;

/// Who asks, and about which ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Owner,
    Other,
    Participant,
    Instructor,
    Assignee,
    Unnamed,
    Admin,
    AdminUnnamed,
    KeyWithout,
    Key,
    Nobody,
    Disabled,
}

impl Role {
    pub const ALL: [Self; 12] = [
        Self::Owner,
        Self::Other,
        Self::Participant,
        Self::Instructor,
        Self::Assignee,
        Self::Unnamed,
        Self::Admin,
        Self::AdminUnnamed,
        Self::KeyWithout,
        Self::Key,
        Self::Nobody,
        Self::Disabled,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Other => "other",
            Self::Participant => "participant",
            Self::Instructor => "instructor",
            Self::Assignee => "assignee",
            Self::Unnamed => "unnamed",
            Self::Admin => "admin",
            Self::AdminUnnamed => "admin-unnamed",
            Self::KeyWithout => "key-without",
            Self::Key => "key",
            Self::Nobody => "nobody",
            Self::Disabled => "disabled",
        }
    }

    /// Whether the ticket that it asks about is confidential.
    pub fn asks_about_confidential(self) -> bool {
        matches!(self, Self::Assignee | Self::Unnamed | Self::AdminUnnamed)
    }
}

/// What a key must be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// No token is looked at.
    Any,
    /// No key is good for it.
    None,
    Read,
    Write,
    Admin,
}

impl Scope {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "-" => Self::Any,
            "none" => Self::None,
            "read" => Self::Read,
            "write" => Self::Write,
            "admin" => Self::Admin,
            _ => return None,
        })
    }
}

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// This status, and whether the answer shows the ticket, where that is asked.
    Status(u16, Option<bool>),
    /// Told of an event, or not.
    Told(bool),
    /// There is no socket.
    NotLetIn,
    /// There is no such case.
    NoCase,
}

impl Cell {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "+" => return Some(Self::Told(true)),
            "-" => return Some(Self::Told(false)),
            "no" => return Some(Self::NotLetIn),
            "." => return Some(Self::NoCase),
            _ => {}
        }
        let digits = text.trim_end_matches(['+', '-']);
        let status = digits.parse().ok().filter(|status| (200..500).contains(status))?;
        match &text[digits.len()..] {
            "" => Some(Self::Status(status, None)),
            "+" => Some(Self::Status(status, Some(true))),
            "-" => Some(Self::Status(status, Some(false))),
            _ => None,
        }
    }
}

/// A line: an operation, or an event, and what each role may expect of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Such as `GET /api/teams/{id}` or `ASK join-ticket`.
    pub operation: String,
    /// The same with what is asked for, where that makes a difference: `… +tags`.
    pub name: String,
    pub scope: Scope,
    pub cells: Vec<(Role, Cell)>,
}

impl Row {
    pub fn cell(&self, role: Role) -> Cell {
        let found = self.cells.iter().find(|(other, _)| *other == role);
        found.map_or(Cell::NoCase, |(_, cell)| *cell)
    }
}

/// The rows of a table that has no fault.
pub fn read(text: &str) -> Result<Vec<Row>, Vec<String>> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let head: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
    let expected: Vec<&str> = ["operation", "scope"].into_iter().chain(Role::ALL.map(Role::as_str)).collect();
    if head != expected {
        return Err(vec![format!("the columns are {head:?}, not {expected:?}")]);
    }
    let (mut rows, mut faults, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for line in lines {
        match row(line) {
            Ok(row) if !names.insert(row.name.clone()) => faults.push(format!("{} has two rows", row.name)),
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn row(line: &str) -> Result<Row, String> {
    let mut words = line.split_whitespace().peekable();
    let operation = format!("{} {}", words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let variant = words.next_if(|word| word.starts_with('+') && word.len() > 1);
    let name = variant.map_or(operation.clone(), |variant| format!("{operation} {variant}"));
    let scope = words.next().and_then(Scope::parse).ok_or_else(|| format!("{name} has no scope"))?;
    let cells: Vec<&str> = words.collect();
    if cells.len() != Role::ALL.len() {
        return Err(format!("{name} has {} cells for {} roles", cells.len(), Role::ALL.len()));
    }
    let cell = |(role, text): (Role, &&str)| {
        let cell = Cell::parse(text).ok_or_else(|| format!("{name}, {}: what is {text:?}?", role.as_str()))?;
        Ok((role, cell))
    };
    let cells = Role::ALL.into_iter().zip(&cells).map(cell).collect::<Result<_, String>>()?;
    Ok(Row { operation, name, scope, cells })
}

/// Every operation without a row, and every row without an operation.
pub fn differences(rows: &[Row], operations: &BTreeSet<String>) -> Vec<String> {
    let written: BTreeSet<&str> = rows.iter().map(|row| row.operation.as_str()).collect();
    let missing = operations.iter().filter(|operation| !written.contains(operation.as_str()));
    let missing = missing.map(|operation| format!("{operation} has no row"));
    let left_over = written.iter().filter(|operation| !operations.contains(**operation));
    missing.chain(left_over.map(|operation| format!("{operation} is no operation of the desk"))).collect()
}
