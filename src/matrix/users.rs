//! The bot and the ghosts: registering them, their device, their name.
use reqwest::Method;
use ruma::UserId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Homeserver, MatrixError};
use crate::domain::matrix_ids::DEVICE;

#[derive(Deserialize)]
struct WhoAmI {
    user_id: String,
}

impl Homeserver {
    /// Registers `user` with the desk's device; nothing happens when that was done before.
    /// A transaction id is only remembered across the homeserver's restart when the request names a device.
    pub async fn register(&self, user: &UserId) -> Result<(), MatrixError> {
        let registered = self
            .request(Method::POST, &["_matrix", "client", "v3", "register"])
            .json(json!({"type": "m.login.application_service", "username": user.localpart(), "inhibit_login": true}))
            .send::<Value>()
            .await;
        match registered {
            Err(error) if !error.is("M_USER_IN_USE") => return Err(error),
            Ok(_) | Err(_) => {}
        }
        self.request(Method::PUT, &["_matrix", "client", "v3", "devices", DEVICE])
            .acting_without_device(user)
            .json(json!({"display_name": "Roomdesk"}))
            .send::<Value>()
            .await
            .map(drop)
    }

    /// Gives `user` the display name.
    pub async fn set_display_name(&self, user: &UserId, name: &str) -> Result<(), MatrixError> {
        self.request(Method::PUT, &["_matrix", "client", "v3", "profile", user.as_str(), "displayname"])
            .acting_as(user)
            .json(json!({"displayname": name}))
            .send::<Value>()
            .await
            .map(drop)
    }

    /// Gives `user` the picture at an `mxc:` address, or takes theirs away.
    pub async fn set_avatar(&self, user: &UserId, mxc: Option<&str>) -> Result<(), MatrixError> {
        self.request(Method::PUT, &["_matrix", "client", "v3", "profile", user.as_str(), "avatar_url"])
            .acting_as(user)
            .json(json!({"avatar_url": mxc.unwrap_or_default()}))
            .send::<Value>()
            .await
            .map(drop)
    }

    /// Whom the homeserver takes us for when we act as `user`.
    pub async fn who_am_i(&self, user: &UserId) -> Result<String, MatrixError> {
        let answer: WhoAmI = self
            .request(Method::GET, &["_matrix", "client", "v3", "account", "whoami"])
            .acting_without_device(user)
            .send()
            .await?;
        Ok(answer.user_id)
    }
}
