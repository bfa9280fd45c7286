//! What a sign-in gives.
use serde::Serialize;
use utoipa::ToSchema;

use super::Moment;
use super::people::Me;
use super::schemas::TokenType;
use crate::desk::sign_in::SignedIn;
use crate::domain::ids::SessionId;
use crate::store::sessions::Alive;

/// The tokens of a session and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub access_token: String,
    /// How it is shown: `Authorization: Bearer …` (RFC 6750).
    #[schema(value_type = TokenType)]
    pub token_type: &'static str,
    /// How long the access token is good, in seconds.
    pub expires_in: i64,
    /// Good once: each refresh gives another.
    pub refresh_token: String,
    pub refresh_token_expires_at: Moment,
    pub user: Me,
}

impl From<SignedIn> for Session {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            user: Me::from(&signed_in.person),
            access_token: signed_in.access_token,
            token_type: "Bearer",
            expires_in: signed_in.access_token_lasts.num_seconds(),
            refresh_token: signed_in.refresh_token,
            refresh_token_expires_at: super::time(signed_in.refresh_token_expires_at),
        }
    }
}

/// A session of somebody's own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenSession {
    pub id: SessionId,
    pub created_at: Moment,
    /// When it was begun or its tokens were last renewed.
    pub last_used_at: Moment,
    /// What the program calls itself, shortened.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl OpenSession {
    pub fn new(session: Alive, current: &SessionId) -> Self {
        Self {
            created_at: super::time(session.id.began_at()),
            last_used_at: super::time(session.renewed_at),
            user_agent: session.user_agent,
            current: session.id == *current,
            id: session.id,
        }
    }
}
