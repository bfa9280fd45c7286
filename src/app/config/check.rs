//! `roomdesk config check`: each section with `ok` or its problems.
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use super::{DatabaseUrl, Draft, Problem, sections};
use crate::app::registration::Registration;

/// Writes the state of every section and of the registration file to `out`; true when nothing is wrong.
///
/// It looks at files alone and asks neither the database nor the homeserver, which `doctor` does.
pub fn check<K, V>(file: &Path, env: impl IntoIterator<Item = (K, V)>, out: &mut impl Write) -> io::Result<bool>
where
    K: Into<OsString>,
    V: Into<OsString>,
{
    let draft = match Draft::load(file, env) {
        Ok(draft) => draft,
        Err(error) => {
            writeln!(out, "{error}")?;
            return Ok(false);
        }
    };
    writeln!(out, "{}", file.display())?;
    let (general, by_section): (Vec<_>, Vec<_>) = draft.problems.iter().partition(|problem| is_general(problem));
    if !general.is_empty() {
        report(out, "file", "", &general)?;
    }
    for section in sections::NAMES {
        let mine: Vec<_> =
            by_section.iter().copied().filter(|problem| problem.section.as_deref() == Some(section)).collect();
        if mine.is_empty() && !is_read(&draft, section) {
            writeln!(out, "  {section:<13} not read")?;
        } else {
            report(out, section, &remark(&draft, section), &mine)?;
        }
    }
    let registration_is_fine = check_registration(&draft, out)?;
    Ok(draft.problems.is_empty() && registration_is_fine)
}

/// Whether the problem belongs to no section there is.
fn is_general(problem: &Problem) -> bool {
    problem.section.as_deref().is_none_or(|section| !sections::NAMES.contains(&section))
}

fn is_read(draft: &Draft, section: &str) -> bool {
    match section {
        "server" => draft.server.is_some(),
        "database" => draft.database.is_some(),
        "auth" => draft.auth.is_some(),
        "limits" => draft.limits.is_some(),
        "matrix" => draft.matrix.is_some(),
        "files" => draft.files.is_some(),
        "tickets" => draft.tickets.is_some(),
        "mail" => draft.mail.is_some(),
        _ => draft.log.is_some(),
    }
}

/// What an operator would want to see at a glance; no secrets.
fn remark(draft: &Draft, section: &str) -> String {
    let remark = match section {
        "server" => draft.server.as_ref().map(|server| format!("listens on {}", server.listen)),
        "database" => draft.database.as_ref().map(|database| match &database.url {
            DatabaseUrl::Sqlite(path) => format!("SQLite in {}", path.display()),
            DatabaseUrl::Postgres(_) => "PostgreSQL".to_owned(),
        }),
        "matrix" => draft.matrix.as_ref().map(|matrix| format!("{} at {}", matrix.server_name, matrix.homeserver_url)),
        "files" => draft.files.as_ref().map(|files| match &files.clamd {
            Some(clamd) => format!("in {}, looked through by clamd at {clamd}", files.folder.display()),
            None => format!("in {}", files.folder.display()),
        }),
        "mail" => draft.mail.as_ref().map(|mail| match mail {
            Some(mail) => format!("{}, from {}", mail.transport, mail.composer.from.address),
            None => "off".to_owned(),
        }),
        _ => None,
    };
    remark.map(|remark| format!(" ({remark})")).unwrap_or_default()
}

fn report(out: &mut impl Write, name: &str, remark: &str, problems: &[&Problem]) -> io::Result<()> {
    match problems.len() {
        0 => writeln!(out, "  {name:<13} ok{remark}")?,
        1 => writeln!(out, "  {name:<13} 1 problem")?,
        many => writeln!(out, "  {name:<13} {many} problems")?,
    }
    problems.iter().try_for_each(|problem| writeln!(out, "    {problem}"))
}

fn check_registration(draft: &Draft, out: &mut impl Write) -> io::Result<bool> {
    let Some(matrix) = &draft.matrix else {
        writeln!(out, "  registration  not read, because [matrix] has problems")?;
        return Ok(false);
    };
    match Registration::load_for(matrix) {
        Ok(registration) => {
            writeln!(
                out,
                "  registration  ok ({}, ghosts @{}…)",
                matrix.registration_file.display(),
                registration.prefix
            )?;
            Ok(true)
        }
        Err(error) => {
            writeln!(out, "  registration  {error}")?;
            Ok(false)
        }
    }
}
