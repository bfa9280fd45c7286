//! Mails that bring somebody a link with which they choose a password.
use serde::Deserialize;

use super::Post;
use super::letter::{Addressee, Content};
use crate::desk::sign_in::token_hash;
use crate::domain::clock::from_millis;
use crate::domain::ids::PersonId;
use crate::mail::notices::{Invitation, Notice, PasswordReset};
use crate::store::mails::Mail;
use crate::store::password_tokens::{self, Purpose};
use crate::store::{self, DbError, Tx};

#[derive(Deserialize)]
struct Details {
    by: Option<PersonId>,
    /// In milliseconds.
    until: i64,
}

/// The link, while it is good.
pub(super) async fn content(
    post: &Post,
    tx: &mut Tx,
    (mail, to): (&Mail, &Addressee),
    purpose: Purpose,
) -> Result<Result<Content, &'static str>, DbError> {
    let bad = |_| DbError::BadRow("mails", "details".to_owned());
    let Details { by, until } = serde_json::from_str(&mail.details).map_err(bad)?;
    let (desk, token) = (post.desk(), post.desk().secret_of_mail(&mail.id));
    let holder = password_tokens::holder(tx, (&token_hash(&token), purpose), desk.clock().now()).await?;
    if holder.as_ref() != Some(&to.person.id) {
        return Ok(Err("its link is good no longer"));
    }
    let link = desk.password_link(purpose, &token);
    let until = from_millis(until);
    let notice = match purpose {
        Purpose::Reset => Notice::PasswordReset(PasswordReset { link, until }),
        Purpose::Invitation => {
            let by = match &by {
                Some(by) => store::people::by_id(tx, by).await?.map(|by| by.display_name),
                None => None,
            };
            Notice::Invitation(Invitation { by, role: to.person.role, link, until })
        }
    };
    Ok(Ok(Content { notice, files: Vec::new(), details: None }))
}
