//! Pictures of people, as far as no homeserver is needed.
use chrono::Duration;
use serde_json::{Value, json};

use super::http_story;
use crate::domain::avatars::Avatar;
use crate::domain::people::Role;

/// The smallest picture: one grey pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\x01\0\x80\x80\x80\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn avatar(url: &Value) -> Avatar {
    let name = url.as_str().and_then(|url| url.strip_prefix("/api/avatars/")).expect("a URL");
    Avatar::parse(name).expect("a name")
}

http_story!(a_picture_is_a_small_one_of_a_known_kind, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let put = |body: Vec<u8>| app.call("PUT", "/api/auth/me/avatar").by(&ann).raw(body).send();

    put(vec![b'x'; 400]).await.problem(415);
    put(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).await.problem(415);
    put(Vec::new()).await.problem(415);
    let (broken, fields) = put(GIF[..20].to_vec()).await.problem(422);
    let (large, _) = put([GIF, &vec![0; 256 * 1024]].concat()).await.problem(413);
    app.call("PUT", "/api/auth/me/avatar").raw(GIF).send().await.problem(401);

    assert_eq!(fields, [""]);
    assert_eq!(broken["errors"][0]["detail"], "cannot be opened as a picture");
    assert_eq!(large["detail"], "the file is larger than the 262144 bytes that are allowed");
    assert_eq!(app.get("/api/auth/me").by(&ann).send().await.expect(200)["avatarUrl"], Value::Null);
    assert!(put(GIF.to_vec()).await.expect(200)["avatarUrl"].is_string());
});

http_story!(a_picture_that_is_worn_is_not_swept_away, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let me = app.call("PUT", "/api/auth/me/avatar").by(&ann).raw(GIF).send().await.expect(200);
    let left = std::iter::once(Ok::<_, &str>(GIF.into()));
    let unused = app.desk.take_avatar(futures_util::stream::iter(left)).await.expect("taken");

    app.desk.clock().advance(Duration::days(3650));
    app.desk.sweep_files().await.expect("swept");

    app.desk.open_avatar(&avatar(&me["avatarUrl"])).await.expect("it is there");
    assert!(app.desk.files().open(unused.as_str(), crate::files::Part::Whole).await.is_err());
});

http_story!(a_picture_is_gone_when_it_is_taken_off_or_replaced, |app| {
    let ann = app.signed_in("ann", Role::Student).await;
    let put = || app.call("PUT", "/api/auth/me/avatar").by(&ann).raw(GIF).send();
    let (first, second) = (put().await.expect(200), put().await.expect(200));
    let (first, second) = (&first["avatarUrl"], &second["avatarUrl"]);

    assert_ne!(first, second);
    app.get(first.as_str().expect("a URL")).send().await.problem(404);
    for _ in 0..2 {
        app.call("DELETE", "/api/auth/me/avatar").by(&ann).send().await.expect(204);
    }

    app.get(second.as_str().expect("a URL")).send().await.problem(404);
    app.get("/api/avatars/fil_01jqxv3c8f0000000000000001.png").send().await.problem(404);
    app.get("/api/avatars/..%2f..%2fdesk.db").send().await.problem(404);
    assert_eq!(app.get("/api/auth/me").by(&ann).send().await.expect(200)["avatarUrl"], json!(null));
    for gone in [first, second] {
        assert!(app.desk.files().open(avatar(gone).as_str(), crate::files::Part::Whole).await.is_err());
    }
});
