//! Answers that several operations give.
use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{IntoResponses, ToSchema};

use crate::view::files::Outcome;
use crate::view::messages::Message;
use crate::view::tickets::OwnTicket;

type Responses = BTreeMap<String, RefOr<Response>>;

fn header(words: &str) -> Header {
    HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).description(Some(words)).build()
}

/// The ticket as it is after the request.
pub enum ShownTicket {}

impl IntoResponses for ShownTicket {
    fn responses() -> Responses {
        let ticket = RefOr::<Schema>::Ref(Ref::from_schema_name(OwnTicket::name()));
        let response = ResponseBuilder::new()
            .description("The ticket as it is now.")
            .header("ETag", header("Names the ticket's version: for `If-Match`."))
            .content("application/json", ContentBuilder::new().schema(Some(ticket)).build());
        BTreeMap::from([("200".to_owned(), response.build().into())])
    }
}

/// A ticket that was opened.
#[derive(Serialize, ToSchema)]
pub struct OpenedTicket {
    #[serde(flatten)]
    ticket: OwnTicket,
    /// What was said by the form: a message for each file that was taken. Absent when it came as JSON.
    #[schema(nullable = false)]
    messages: Option<Vec<Message>>,
    /// What came of each file of the form. Absent when it came as JSON.
    #[schema(nullable = false)]
    files: Option<Vec<Outcome>>,
}

/// A file: all of it, a part of it, or that the copy at hand is still good.
pub enum FileBytes {}

impl IntoResponses for FileBytes {
    fn responses() -> Responses {
        let bytes = || {
            let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
            ObjectBuilder::new().schema_type(Type::String).format(Some(binary))
        };
        let response = |words: &str| {
            ResponseBuilder::new().description(words).header("ETag", header("Names these bytes: for `If-None-Match`."))
        };
        let content = |words: &str| {
            let described = response(words)
                .header("Content-Disposition", header("Whether to show or to save it, and its name (RFC 6266)."))
                .header("Accept-Ranges", header("`bytes`."));
            described.content("*/*", ContentBuilder::new().schema(Some(bytes())).build())
        };
        let part = content("The part that was asked for.")
            .header("Content-Range", header("Which part it is: `bytes 0-99/1234`."));
        let refused = ResponseBuilder::new().description("Nothing of the file is in that range.");
        BTreeMap::from([
            ("200".to_owned(), content("The file, as the type it was recognised as.").build().into()),
            ("206".to_owned(), part.build().into()),
            ("304".to_owned(), response("The copy at hand is still good.").build().into()),
            ("416".to_owned(), refused.build().into()),
        ])
    }
}

/// A picture of somebody.
pub enum PictureBytes {}

impl IntoResponses for PictureBytes {
    fn responses() -> Responses {
        let response = |words: &str| {
            ResponseBuilder::new().description(words).header("ETag", header("Names this picture: for `If-None-Match`."))
        };
        let bytes = || {
            let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
            let schema = ObjectBuilder::new().schema_type(Type::String).format(Some(binary));
            ContentBuilder::new().schema(Some(schema)).build()
        };
        let picture = response("The picture, a square.").content("image/jpeg", bytes()).content("image/png", bytes());
        BTreeMap::from([
            ("200".to_owned(), picture.build().into()),
            ("304".to_owned(), response("The copy at hand is still good.").build().into()),
        ])
    }
}
