//! What the demonstration prints: addresses, sign-ins, what to try. `scripts/check-demo` reads the part between
//! `--- try it ---` and `---`, and waits for the line that begins with READY.
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use super::cast::{Cast, GUEST, GUEST_NAME, PARTS, Part, Who};
use super::folder::{Folder, Passwords};
use super::{SERVER_NAME, Stage, furnish, past};
use crate::desk::Desk;
use crate::desk::sign_in::Origin;
use crate::domain::tickets::{TicketNumber, counting_day};
use crate::matrix::content;
use crate::store;

/// The title of the ticket that the first line opens.
const TITLE: &str = "No sound in the language lab";

/// Signs the student and an instructor in and prints everything.
pub(super) async fn say(
    stage: &Stage<'_>,
    desk: &Desk,
    (cast, passwords): (&Cast, &Passwords),
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let (folder, config) = (stage.folder, stage.config);
    let (api, homeserver) = (trimmed(&config.server.public_url), trimmed(&config.matrix.homeserver_url));
    addresses(folder, (api, homeserver), stage.mailbox.as_deref(), out)?;
    sign_ins(passwords, out)?;

    let student = headers(folder, desk, passwords, part(Who::Mia)).await?;
    let instructor = headers(folder, desk, passwords, part(Who::Daniel)).await?;
    let ticket = furnish::visited(desk, cast).await?;
    writeln!(out, "From any Matrix client (Element, Cinny, Fractal, ...):")?;
    writeln!(out, "  1. Choose the homeserver {homeserver} and sign in as {GUEST} with the password above.")?;
    writeln!(out, "  2. Open the room \"{}\" and write something.", content::room_name(&ticket))?;
    writeln!(out, "  3. It has come to the desk:")?;
    let number = ticket.number.as_str();
    writeln!(out, "     curl -sS -H {student} {api}/api/chat/messages/{number}")?;
    writeln!(out, "  What is written into that ticket by REST appears in the room, by the writer's ghost.\n")?;

    writeln!(out, "By REST, as the student and as an instructor (from anywhere on this machine):\n")?;
    let number = next_number(desk).await?;
    let number = number.as_str();
    writeln!(out, "--- try it ---")?;
    writeln!(out, "# open a ticket")?;
    writeln!(
        out,
        "curl -sS -H {student} {api}/api/support/tickets -d '{{\"title\": \"{TITLE}\", \"description\": \"The headphones \
         at seat 12 stay silent.\", \"category\": \"technical\"}}'"
    )?;
    writeln!(out, "# answer it")?;
    writeln!(
        out,
        "curl -sS -H {instructor} {api}/api/chat/messages -d '{{\"ticket\": \"{number}\", \"message\": \"Please take seat 14 \
         today; a new pair is on its way.\"}}'"
    )?;
    writeln!(out, "# read it")?;
    writeln!(out, "curl -sS -H {student} {api}/api/chat/messages/{number}")?;
    writeln!(out, "---\n")?;
    writeln!(
        out,
        "READY  Ctrl-C stops everything; the next start goes on with this folder; {}.",
        removal(folder.path())
    )?;
    Ok(out.flush()?)
}

fn addresses(
    folder: &Folder,
    (api, homeserver): (&str, &str),
    mailbox: Option<&str>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    writeln!(out, "\nA support desk in which every ticket is a Matrix room.\n")?;
    writeln!(out, "  The desk     {api}/ in a browser; /api (REST), /readyz, /metrics")?;
    writeln!(out, "  Synapse      {homeserver}, which calls itself {SERVER_NAME}")?;
    match mailbox {
        Some(mailbox) => writeln!(out, "  Mails        {mailbox}/ in a browser: whatever anybody here is sent")?,
        None => writeln!(out, "  Mails        files in {}, as there is no maildev", folder.mails().display())?,
    }
    writeln!(out, "  Log files    {}", folder.log().display())?;
    writeln!(out, "               {}", folder.synapse().join("synapse.log").display())?;
    let program = std::env::args().next().unwrap_or_else(|| String::from("roomdesk"));
    let config = quoted(&folder.config_file().display().to_string());
    writeln!(
        out,
        "  Tickets      12 with rooms in Synapse, and {} older ones that get theirs when one answers",
        past::TICKETS
    )?;
    writeln!(out, "  Examine it   {program} --config {config} doctor\n")?;
    Ok(())
}

fn sign_ins(passwords: &Passwords, out: &mut impl Write) -> anyhow::Result<()> {
    let password = |key: &str| passwords.get(key).map_or("-", String::as_str);
    writeln!(out, "Sign-ins")?;
    for part in &PARTS {
        let role = part.role.as_str();
        writeln!(out, "  {role:12} {:26} {}   {}", part.email, password(part.key), part.name)?;
    }
    let guest = format!("@{GUEST}:{SERVER_NAME}");
    writeln!(out, "  {:12} {guest:26} {}   {GUEST_NAME}\n", "Matrix user", password(GUEST))?;
    Ok(())
}

fn part(who: Who) -> &'static Part {
    PARTS.iter().find(|part| part.who == who).expect("PARTS has everybody")
}

/// Signs somebody in; their headers as an argument for curl.
async fn headers(folder: &Folder, desk: &Desk, passwords: &Passwords, part: &Part) -> anyhow::Result<String> {
    let password = passwords.get(part.key).map_or("", String::as_str);
    let from = Origin { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: None };
    let signed_in = desk.sign_in(part.email, password, from).await?;
    let file = folder.headers(part.key, &signed_in.access_token)?;
    Ok(quoted(&format!("@{}", file.display())))
}

/// The number that the next ticket of today gets.
async fn next_number(desk: &Desk) -> anyhow::Result<TicketNumber> {
    // Never committed: the counter stays where it is.
    let mut tx = desk.db().write().await?;
    let day = counting_day(desk.clock().now(), desk.settings().zone);
    Ok(store::tickets::next_number(&mut tx, day).await?)
}

fn removal(folder: &Path) -> String {
    if std::path::absolute(".demo").is_ok_and(|usual| usual == folder) {
        return String::from("`make demo-clean` removes it");
    }
    format!("`rm -r {}` removes it", quoted(&folder.display().to_string()))
}

fn trimmed(url: &url::Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// A word for the shell, in quotes when it needs them.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@/._-+:".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Role;

    #[test]
    fn a_word_is_quoted_when_the_shell_would_split_it() {
        assert_eq!(quoted("@/home/mia/.demo/mia.headers"), "@/home/mia/.demo/mia.headers");
        assert_eq!(quoted("/it's here"), r"'/it'\''s here'");
    }

    #[test]
    fn there_is_somebody_of_every_role() {
        for role in Role::ALL {
            assert!(PARTS.iter().any(|part| part.role == role));
        }
    }
}
