//! Pictures of people: a ghost wears its person's, and the desk shows what people of Matrix wear.
use image::GenericImageView;
use reqwest::{Method, StatusCode};
use roomdesk::app::local::synapse::Synapse;
use ruma::RoomId;
use serde_json::{Value, json};

use crate::support::account::{Account, Ticket};
use crate::support::eventually::{SOON, eventually};
use crate::support::form::png;
use crate::support::{ChildDesk, OwnSynapse, Person, Scene, scene, story};

/// Gives the account a picture; its URL.
async fn wears(account: &Account, picture: Vec<u8>) -> Value {
    let put = account.request(Method::PUT, "/api/auth/me/avatar").header("content-type", "image/png");
    put.bytes(picture).send().await.expect(200)["avatarUrl"].clone()
}

/// Waits until the profile of a ghost has a picture as wanted, and its place in the room the same.
async fn eventually_profile(person: &Person, room: &RoomId, ghost: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    eventually(format!("the picture of {ghost}"), SOON, async || {
        let (_, profile) = person.raw(Method::GET, &format!("/_matrix/client/v3/profile/{ghost}"), None).await;
        let place = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{ghost}");
        let (_, member) = person.raw(Method::GET, &place, None).await;
        let (profile, member) = (profile["avatar_url"].clone(), member["avatar_url"].clone());
        if wanted(&profile) && member == profile { Ok(profile) } else { Err((profile, member)) }
    })
    .await
}

/// Waits until the sender of the message is shown as wanted; their picture's URL.
async fn eventually_shown(account: &Account, ticket: &Ticket, wanted: impl Fn(&Value) -> bool) -> Value {
    let said = account.eventually_reads(ticket, "Hello", |said| wanted(&said["sender"]["avatarUrl"])).await;
    said["sender"]["avatarUrl"].clone()
}

story!(a_ghost_wears_its_persons_picture, |desk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let mia = desk.person("mia").await;
    let first = wears(&ann, png(900, 600)).await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let room = ben.brings(&mia, &ticket).await;
    let ghost = mia.eventually_sees_member(&room, "Ann Lee").await;

    let worn = eventually_profile(&mia, &room, &ghost, Value::is_string).await;
    let shown = ann.downloads(&first).await;
    assert_eq!(mia.downloads(&worn).await, shown);
    assert_eq!(image::load_from_memory(&shown).expect("a picture").dimensions(), (512, 512));
    assert_eq!(ben.sees(&ticket).await["createdBy"]["avatarUrl"], first);

    let second = wears(&ann, png(300, 300)).await;
    let replaced = eventually_profile(&mia, &room, &ghost, |url| url.is_string() && *url != worn).await;
    assert_eq!(mia.downloads(&replaced).await, ann.downloads(&second).await);

    ann.request(Method::DELETE, "/api/auth/me/avatar").send().await.expect(204);
    eventually_profile(&mia, &room, &ghost, Value::is_null).await;
    assert_eq!(ben.sees(&ticket).await["createdBy"]["avatarUrl"], Value::Null);
});

story!(a_picture_is_had_by_its_url_and_asked_about, |desk| {
    let ann = desk.student("Ann Lee").await;
    let url = wears(&ann, png(64, 80)).await;
    let get = || desk.rest.get(url.as_str().expect("a url"));

    let whole = get().download().await;
    let known = get().header("if-none-match", whole.header("etag")).download().await;

    assert_eq!((whole.status, whole.header("content-type")), (200, "image/jpeg"));
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    assert_eq!(whole.header("cache-control"), "private, max-age=3600");
    assert_eq!(whole.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
});

story!(the_desk_shows_what_a_person_of_matrix_wears, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    mia.say(&room, "Hello").await;
    assert_eq!(eventually_shown(&ann, &ticket, |_| true).await, Value::Null);

    mia.wears(png(700, 900)).await;
    let first = eventually_shown(&ann, &ticket, Value::is_string).await;
    mia.wears(png(90, 90)).await;
    let second = eventually_shown(&ann, &ticket, |url| url.is_string() && *url != first).await;

    let picture = image::load_from_memory(&ann.downloads(&second).await).expect("a picture");
    assert_eq!(picture.dimensions(), (90, 90));
    ann.get(first.as_str().expect("a url")).await.problem(404);
    let participants = ann.sees(&ticket).await["participants"].clone();
    assert!(participants.as_array().expect("a list").iter().any(|person| person["avatarUrl"] == second));
    mia.wears_nothing().await;
    eventually_shown(&ann, &ticket, Value::is_null).await;
});

story!(what_is_no_picture_leaves_a_person_without_one, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    mia.say(&room, "Hello").await;

    let huge = [png(50, 50), vec![0; 9 * 1024 * 1024]].concat();
    for bad in [b"no picture at all".to_vec(), huge, png(500, 500)[..300].to_vec()] {
        mia.wears(png(50, 50)).await;
        eventually_shown(&ann, &ticket, Value::is_string).await;
        mia.wears(bad).await;
        eventually_shown(&ann, &ticket, Value::is_null).await;
    }

    for nowhere in ["mxc://roomdesk.test/nothing", "https://example.org/me.png", "mxc://", "x"] {
        mia.wears(png(50, 50)).await;
        eventually_shown(&ann, &ticket, Value::is_string).await;
        let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", mia.id());
        let content = json!({"membership": "join", "displayname": "Mia", "avatar_url": nowhere});
        assert_eq!(mia.raw(Method::PUT, &path, Some(&content)).await.0, StatusCode::OK);
        eventually_shown(&ann, &ticket, Value::is_null).await;
    }
});

story!(a_picture_is_accepted_while_synapse_is_away, |desk: ChildDesk<OwnSynapse>| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let ghost = mia.eventually_sees_member(&room, "Ann Lee").await;
    let synapse: &Synapse = &desk.home.synapse;
    synapse.stop().await.expect("Synapse runs");

    let url = wears(&ann, png(100, 100)).await;
    assert_eq!(ann.sees(&ticket).await["createdBy"]["avatarUrl"], url);
    synapse.launch().await.expect("Synapse was stopped");

    let worn = eventually_profile(&mia, &room, &ghost, Value::is_string).await;
    assert_eq!(mia.downloads(&worn).await, ann.downloads(&url).await);
});
