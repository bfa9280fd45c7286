//! Tokens that are taken and tokens that are not.
use std::fs;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::domain::clock::from_millis;

const SECRET: &[u8] = b"a secret that both of them know.";

/// Made for this test alone: an Ed25519 key (RFC 8037, appendix A), private and public.
const ED_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
const ED_PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn now() -> Time {
    from_millis(1_772_000_000_000)
}

fn settings(algorithm: Algorithm, keys: KeySource) -> HostSettings {
    let [name, email, role, context] = ["name", "email", "role", "course"].map(str::to_owned);
    HostSettings {
        issuer: "https://lms.example".to_owned(),
        audience: "desk".to_owned(),
        algorithm,
        keys,
        claims: ClaimNames { name, email, role, context },
    }
}

fn shared() -> Host {
    Host::new(settings(Algorithm::HS256, KeySource::Secret(SECRET.to_vec())))
}

fn claims() -> Value {
    json!({"iss": "https://lms.example", "aud": "desk", "sub": "42", "exp": now().timestamp() + 600, "name": "Ann",
        "email": "ann@lms.example", "role": ["reader", "teacher"], "course": "M1"})
}

fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[claim] = value;
    claims
}

fn signed(claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(SECRET)).expect("JSON")
}

async fn is_taken(host: &Host, token: &str) -> bool {
    match host.read(token, now()).await {
        Ok(_) => true,
        Err(HostError::Invalid(_)) => false,
        Err(HostError::Away(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_token_says_who_somebody_is_until_it_is_over() {
    let said = shared().read(&signed(&claims()), now()).await.expect("a good token");
    assert_eq!(said.subject, "42");
    assert_eq!(said.name.as_deref(), Some("Ann"));
    assert_eq!(said.roles, Some(vec!["reader".to_owned(), "teacher".to_owned()]));
    assert_eq!(said.context.as_deref(), Some("M1"));
    assert_eq!(said.until, now() + Duration::seconds(600));
    let only =
        json!({"iss": "https://lms.example", "aud": ["other", "desk"], "sub": "7", "exp": now().timestamp() + 1});
    let said = shared().read(&signed(&only), now()).await.expect("a good token");
    assert_eq!((said.name, said.roles, said.context), (None, None, None));
}

#[tokio::test]
async fn what_is_not_the_host_s_or_not_for_us_or_over_is_not_taken() {
    let at = |seconds: i64| json!(now().timestamp() + seconds);
    for (claim, value) in [
        ("iss", json!("https://other.example")),
        ("iss", Value::Null),
        ("aud", json!("elsewhere")),
        ("aud", Value::Null),
        ("sub", json!("")),
        ("sub", json!(42)),
        ("sub", json!("x".repeat(256))),
        ("exp", at(0)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("exp", at(24 * 3_600 + 1)),
        ("nbf", at(61)),
        ("iat", at(61)),
    ] {
        let token = signed(&with(claim, value.clone()));
        assert!(!is_taken(&shared(), &token).await, "{claim}: {value}");
    }
    assert!(is_taken(&shared(), &signed(&with("nbf", at(59)))).await, "clocks differ a little");
}

#[tokio::test]
async fn what_is_signed_otherwise_is_not_taken() {
    let token = signed(&claims());
    let body = token.split('.').nth(1).expect("three parts");
    let header = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let other =
        encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(b"another secret")).expect("JSON");
    let longer = encode(&Header::new(Algorithm::HS512), &claims(), &EncodingKey::from_secret(SECRET)).expect("JSON");
    for forged in [
        format!("{}.{body}.", header(r#"{"alg":"none","typ":"JWT"}"#)),
        format!("{}.{body}.", header(r#"{"alg":"None"}"#)),
        format!("{}.{body}.AAAA", header(r#"{"alg":"HS256"}"#)),
        other,
        longer,
        token.replace(body, &header(&with("sub", json!("1")).to_string())),
        "a.b.c".to_owned(),
        String::new(),
    ] {
        assert!(!is_taken(&shared(), &forged).await, "{forged}");
    }
}

#[tokio::test]
async fn a_set_of_public_keys_checks_and_never_becomes_a_secret() {
    let folder = tempfile::TempDir::new().expect("a folder for the test");
    let file = folder.path().join("jwks.json");
    let key = |id: &str| json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "use": "sig", "x": ED_PUBLIC});
    let oct = json!({"kty": "oct", "kid": "shared", "k": BASE64_URL_SAFE_NO_PAD.encode(SECRET)});
    fs::write(&file, json!({"keys": [key("one"), oct]}).to_string()).expect("a file");
    let host = Host::new(settings(Algorithm::EdDSA, KeySource::File(file.clone())));
    let sign = |id: Option<&str>| {
        let header = Header { kid: id.map(str::to_owned), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims(), &EncodingKey::from_ed_pem(ED_PRIVATE.as_bytes()).expect("a key")).expect("JSON")
    };
    assert!(is_taken(&host, &sign(Some("one"))).await);
    assert!(is_taken(&host, &sign(None)).await, "there is one key that fits");
    assert!(!is_taken(&host, &sign(Some("two"))).await);

    // What everybody can read signs nothing: neither the public key as a secret, nor a secret that somebody published.
    for (secret, id) in [(ED_PUBLIC.as_bytes(), "one"), (SECRET, "shared")] {
        let header = Header { kid: Some(id.to_owned()), ..Header::new(Algorithm::HS256) };
        let confused = encode(&header, &claims(), &EncodingKey::from_secret(secret)).expect("JSON");
        assert!(!is_taken(&host, &confused).await, "{id}");
    }

    // Another key is looked for, though not for every token that names one.
    fs::write(&file, json!({"keys": [key("one"), key("two")]}).to_string()).expect("a file");
    assert!(!is_taken(&host, &sign(Some("two"))).await, "just looked");
    let later = now() + Duration::seconds(31);
    assert!(host.read(&sign(Some("two")), later).await.is_ok());

    fs::remove_file(&file).expect("it is there");
    let much_later = now() + Duration::seconds(599);
    assert!(host.read(&sign(Some("two")), much_later).await.is_ok(), "what was known is good");
    let fresh = Host::new(settings(Algorithm::EdDSA, KeySource::File(file)));
    assert!(matches!(fresh.read(&sign(Some("one")), now()).await, Err(HostError::Away(_))));
}

/// A server on loopback that answers each connection with the next of these, and nothing afterwards.
async fn answers(answers: Vec<String>) -> (url::Url, impl Future<Output = ()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let serving = async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("somebody asks");
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).await.expect("a request") > 0);
            stream.write_all(answer.as_bytes()).await.expect("it listens");
        }
    };
    (url::Url::parse(&format!("http://127.0.0.1:{port}/keys")).expect("a URL"), serving)
}

#[tokio::test]
async fn keys_are_fetched_once_and_a_host_that_fails_is_said_to_be_away() {
    let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": ED_PUBLIC}]}).to_string();
    let well = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{set}", set.len());
    let ill = "HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned();
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let key = EncodingKey::from_ed_pem(ED_PRIVATE.as_bytes()).expect("a key");
    let token = encode(&header, &claims(), &key).expect("JSON");

    let (url, serving) = answers(vec![ill, well]).await;
    let host = Host::new(settings(Algorithm::EdDSA, KeySource::Url(url)));
    let later = now() + Duration::seconds(30);
    let asking = async {
        let first = host.read(&token, now()).await;
        (first, host.read(&token, later).await, host.read(&token, later).await)
    };
    let ((), (first, second, third)) = tokio::join!(serving, asking);
    assert!(matches!(first, Err(HostError::Away(_))));
    assert!(second.is_ok() && third.is_ok(), "nobody answers a third time: {second:?} {third:?}");

    let (url, serving) = answers(vec![moved.to_owned()]).await;
    let elsewhere = Host::new(settings(Algorithm::EdDSA, KeySource::Url(url)));
    let ((), answer) = tokio::join!(serving, elsewhere.read(&token, now()));
    assert!(matches!(answer, Err(HostError::Away(_))), "it is not followed elsewhere");
}
