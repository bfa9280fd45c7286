//! The desk's REST API as any program would call it.
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::form::Form;

/// Where a desk listens. Cheap to clone.
#[derive(Clone)]
pub struct Rest {
    http: reqwest::Client,
    base: String,
}

/// What the desk answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    /// As JSON when it is that.
    pub body: Value,
    pub text: String,
    headers: HeaderMap,
}

/// A file as it was answered.
pub struct Download {
    pub status: u16,
    headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Download {
    /// Several headers of the answer.
    pub fn headers<const N: usize>(&self, names: [&str; N]) -> [&str; N] {
        names.map(|name| self.header(name))
    }

    /// A header of the answer; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A request in the making.
#[must_use]
pub struct Request(reqwest::RequestBuilder);

impl Rest {
    /// The desk on this port of 127.0.0.1.
    pub fn at(port: u16) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            // Where an answer leads is the story's to see.
            .redirect(reqwest::redirect::Policy::none())
            // A kept connection to a desk that was killed would fail the first request to the next one.
            .pool_max_idle_per_host(0)
            .build()
            .expect("a plain HTTP client can be built");
        Self { http, base: format!("http://127.0.0.1:{port}") }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Request {
        Request(self.request(Method::POST, path).0.json(body))
    }

    pub fn request(&self, method: Method, path: &str) -> Request {
        Request(self.http.request(method, format!("{}{path}", self.base)))
    }
}

impl Request {
    pub fn by(self, token: &str) -> Self {
        Self(self.0.bearer_auth(token))
    }

    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// A body that need not be JSON, though it says so.
    pub fn raw(self, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.header(CONTENT_TYPE, "application/json").body(body))
    }

    /// A body of bytes.
    pub fn bytes(self, body: Vec<u8>) -> Self {
        Self(self.0.body(body))
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// A form with texts and files.
    pub fn form(self, form: Form) -> Self {
        let (content_type, body) = form.finish();
        Self(self.0.header(CONTENT_TYPE, content_type).body(body))
    }

    /// As [`send`](Self::send), for an answer that is no text.
    pub async fn download(self) -> Download {
        let answer = self.0.send().await.unwrap_or_else(|error| panic!("the desk did not answer: {error:?}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Download { status, headers, bytes: answer.bytes().await.expect("the answer is whole").to_vec() }
    }

    pub async fn send(self) -> Answer {
        self.attempt().await.unwrap_or_else(|error| panic!("the desk did not answer: {error:?}"))
    }

    /// As [`send`](Self::send) to a desk that may be away.
    pub async fn attempt(self) -> Result<Answer, reqwest::Error> {
        let answer = self.0.send().await?;
        let content_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let (status, content_type) = (answer.status(), content_type.unwrap_or_default().to_owned());
        let headers = answer.headers().clone();
        let text = answer.text().await?;
        Ok(Answer { status, content_type, body: serde_json::from_str(&text).unwrap_or_default(), text, headers })
    }
}

impl Answer {
    /// A header of the answer; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of an answer with this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// The JSON pointers of a problem document with this status.
    pub fn problem(self, status: u16) -> Vec<String> {
        assert_eq!((self.status.as_u16(), self.content_type.as_str()), (status, "application/problem+json"));
        assert_eq!(self.body["status"], status, "{}", self.text);
        let errors = self.body["errors"].as_array().expect("a problem lists its errors");
        errors.iter().map(|error| error["pointer"].as_str().expect("an error has a pointer").to_owned()).collect()
    }
}
