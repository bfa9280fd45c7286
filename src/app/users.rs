//! `roomdesk user`: adding, listing and changing people, also while the desk runs.
use std::io::{self, BufRead, Write};

use anyhow::{Context, anyhow, bail};

use super::cli::{AddUser, PasswordSource, UserCommand};
use super::config::Config;
use super::registration::Registration;
use super::serve;
use crate::desk::Desk;
use crate::desk::people::NewAccount;
use crate::domain::people::Person;
use crate::domain::{Clock, Refusal};

/// Does what was asked and says so.
pub async fn run(config: &Config, command: UserCommand, out: &mut impl Write) -> anyhow::Result<()> {
    let registration = Registration::load_for(&config.matrix)?;
    let db = serve::open_migrated_beside(config).await?;
    let desk = serve::desk(config, &registration, db, Clock::system())?;
    let done = perform(&desk, command, out).await;
    desk.db().close().await;
    done
}

async fn perform(desk: &Desk, command: UserCommand, out: &mut impl Write) -> anyhow::Result<()> {
    match command {
        UserCommand::Add(wish) => {
            let person = add(desk, wish).await?;
            writeln!(out, "Added {} as {}.", person.display_name, person.role.as_str())?;
        }
        UserCommand::List => list(&desk.list_people().await?, out)?,
        UserCommand::SetRole { email, role } => {
            let role = role.into();
            desk.set_role(&email, role).await.map_err(|refusal| explain(refusal, &email))?;
            writeln!(out, "{email} is {} from now on.", role.as_str())?;
        }
        UserCommand::SetPassword { email, password } => {
            let password = read_password(&password)?;
            desk.set_password(&email, &password).await.map_err(|refusal| explain(refusal, &email))?;
            writeln!(out, "{email} has another password and is signed out everywhere.")?;
        }
        UserCommand::ResetLink { email } => {
            let given = desk.reset_link(&email).await.map_err(|refusal| explain(refusal, &email))?;
            writeln!(out, "{}\nGood once, until {}.", given.link, given.expires_at.format("%Y-%m-%d %H:%M UTC"))?;
        }
        UserCommand::Disable { email } => {
            desk.disable(&email).await.map_err(|refusal| explain(refusal, &email))?;
            writeln!(out, "{email} is refused from now on.")?;
        }
        UserCommand::Enable { email } => {
            desk.enable(&email).await.map_err(|refusal| explain(refusal, &email))?;
            writeln!(out, "{email} may sign in again.")?;
        }
    }
    Ok(())
}

async fn add(desk: &Desk, wish: AddUser) -> anyhow::Result<Person> {
    let password = Some(read_password(&wish.password)?);
    let AddUser { email, name, role, matrix_id, .. } = wish;
    let account = NewAccount { email, display_name: name, role: role.into(), password, matrix_id };
    Ok(desk.add_person(account).await?)
}

fn explain(refusal: Refusal, email: &str) -> anyhow::Error {
    match refusal {
        Refusal::NotFound(_) => anyhow!("nobody here signs in with {email}"),
        other => other.into(),
    }
}

fn list(people: &[Person], out: &mut impl Write) -> io::Result<()> {
    let none = String::from("-");
    let rows: Vec<[String; 5]> = people
        .iter()
        .map(|person| {
            [
                person.email.clone().unwrap_or_else(|| none.clone()),
                person.role.as_str().to_owned(),
                if person.is_disabled() { "disabled" } else { "active" }.to_owned(),
                person.display_name.clone(),
                person.matrix_id.as_ref().map_or_else(|| none.clone(), ToString::to_string),
            ]
        })
        .collect();
    let head = ["E-MAIL", "ROLE", "STATE", "NAME", "MATRIX"].map(str::to_owned);
    let width = |column: usize| {
        std::iter::once(&head).chain(&rows).map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; 4] = std::array::from_fn(width);
    for row in std::iter::once(&head).chain(&rows) {
        let [email, role, state, name, matrix] = row;
        let [a, b, c, d] = widths;
        writeln!(out, "{email:a$}  {role:b$}  {state:c$}  {name:d$}  {matrix}")?;
    }
    Ok(())
}

/// The password from the first line of standard input, or typed twice without being shown.
fn read_password(source: &PasswordSource) -> anyhow::Result<String> {
    if source.password_stdin {
        return first_line(io::stdin().lock());
    }
    let ask = |prompt| rpassword::prompt_password(prompt).context("cannot ask for a password; use --password-stdin");
    let password = ask("Password: ")?;
    if password != ask("The same again: ")? {
        bail!("the two passwords differ; nothing was changed");
    }
    Ok(password)
}

fn first_line(mut input: impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if password.is_empty() {
        bail!("the first line of standard input is empty; it should be the password");
    }
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::people::Role;

    #[test]
    fn a_password_is_the_first_line_as_it_is() {
        assert_eq!(first_line(&b" two words \r\nmore\n"[..]).expect("a line"), " two words ");
        assert_eq!(first_line(&b"without an end"[..]).expect("a line"), "without an end");
        assert!(first_line(&b"\nsecond\n"[..]).is_err());
        assert!(first_line(&b""[..]).is_err());
    }

    #[test]
    fn the_list_stands_in_columns() {
        let clock = Clock::system();
        let person = |email: Option<&str>, name: &str| Person {
            id: PersonId::fresh(&clock),
            email: email.map(str::to_owned),
            display_name: name.to_owned(),
            role: Role::Student,
            matrix_id: "@bo:example.org".try_into().ok().filter(|_| email.is_none()),
            avatar: None,
            disabled_at: None,
            created_at: clock.now(),
        };
        let mut out = Vec::new();
        list(&[person(Some("ann@example.org"), "Änne"), person(None, "Bo")], &mut out).expect("memory takes all");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(
            text,
            "E-MAIL           ROLE     STATE   NAME  MATRIX\n\
             ann@example.org  student  active  Änne  -\n\
             -                student  active  Bo    @bo:example.org\n"
        );
    }
}
