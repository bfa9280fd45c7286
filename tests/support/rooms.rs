//! Rooms as the homeserver's administrator sees them.
use roomdesk::app::local::synapse::{Synapse, UserRole};
use serde_json::{Value, json};

/// How many rooms there are whose name contains `text` (Synapse admin API, "List rooms").
pub async fn rooms_named(synapse: &Synapse, text: &str) -> u64 {
    let http = reqwest::Client::builder().no_proxy().build().expect("a plain HTTP client can be built");
    let name = format!("admin{:016x}", rand::random::<u64>());
    synapse.register_user(&name, "secret", UserRole::Admin).await.expect("a fresh name");
    let login = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": "secret",
    });
    let base = synapse.base_url();
    let session: Value = ask(http.post(format!("{base}/_matrix/client/v3/login")).json(&login)).await;
    let token = session["access_token"].as_str().expect("signed in");
    let mut url: url::Url = format!("{base}/_synapse/admin/v1/rooms").parse().expect("a URL");
    url.query_pairs_mut().append_pair("search_term", text);
    let rooms = ask(http.get(url).bearer_auth(token)).await;
    rooms["total_rooms"].as_u64().expect("a number")
}

async fn ask(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("Synapse runs");
    answer.error_for_status().expect("allowed").json().await.expect("JSON")
}
