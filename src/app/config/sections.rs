//! The sections one by one: the single list of keys, their defaults and their bounds.
mod mail;

use super::problem::Fault;
use super::source::Source;
use super::{Auth, Database, Draft, Files, Host, Limits, Log, Matrix, Server, Tickets, value};
use crate::desk::HostRoles;
use crate::host::{Algorithm, ClaimNames, HostSettings, KeySource};

/// The sections in the order in which they are reported.
pub(super) const NAMES: [&str; 10] =
    ["server", "database", "auth", "limits", "matrix", "tickets", "files", "host", "mail", "log"];

/// What people send each other, and neither programs nor what nobody knows.
const ALLOWED_TYPES: &str = "image/*, audio/*, video/*, text/*, application/pdf, application/json, application/rtf, \
    application/msword, application/vnd.ms-*, application/vnd.openxmlformats-officedocument.*, \
    application/vnd.oasis.opendocument.*, application/epub+zip, application/zip, application/gzip, application/x-tar, \
    application/x-7z-compressed, application/vnd.rar";

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * 60;
const MIB: u64 = 1024 * 1024;

/// Reads every section; the problems stay in `source`.
pub(super) fn read(source: &mut Source) -> Draft {
    let draft = Draft {
        server: server(source),
        database: database(source),
        auth: auth(source),
        limits: limits(source),
        matrix: matrix(source),
        tickets: tickets(source),
        files: files(source),
        host: host(source),
        mail: mail::read(source),
        log: log(source),
        problems: Vec::new(),
    };
    if let (Some(server), Some(matrix)) = (&draft.server, &draft.matrix)
        && server.listen == matrix.appservice_listen
        && server.listen.port() != 0
    {
        let wrong = format!("is {}, which [server] listen has already", server.listen);
        source.refuse("matrix", "appservice_listen", Fault::new(wrong, "a port of its own"));
    }
    draft
}

fn server(source: &mut Source) -> Option<Server> {
    let mut keys = source.section("server");
    let listen = keys.or("listen", "127.0.0.1:8470", value::address);
    let public_url = keys.or("public_url", "http://127.0.0.1:8470", value::web_url);
    let behind_proxy = keys.or("behind_proxy", false, value::yes_or_no);
    let cors_origins = keys.or("cors_origins", "", value::origins);
    let embed_origins = keys.or("embed_origins", "", value::frame_origins);
    let shutdown_grace = keys.or("shutdown_grace_seconds", 8, value::span(1, 1..=600));
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        behind_proxy: behind_proxy?,
        cors_origins: cors_origins?,
        embed_origins: embed_origins?,
        shutdown_grace: shutdown_grace?,
    })
}

fn database(source: &mut Source) -> Option<Database> {
    let base = source.base().to_owned();
    let mut keys = source.section("database");
    let url = keys.secret("url", Some("sqlite:roomdesk.db"), value::database_url(&base));
    let max_connections = keys.or("max_connections", 10, value::whole(1..=1000));
    Some(Database { url: url?, max_connections: max_connections? })
}

fn auth(source: &mut Source) -> Option<Auth> {
    let mut keys = source.section("auth");
    let jwt_secret = keys.secret("jwt_secret", None, value::jwt_secret);
    let access_token_lifetime = keys.or("access_token_minutes", 15, value::span(MINUTE, 1..=1440));
    let refresh_token_lifetime = keys.or("refresh_token_days", 30, value::span(DAY, 1..=365));
    let invitation_lifetime = keys.or("invitation_days", 7, value::span(DAY, 1..=90));
    let password_reset_lifetime = keys.or("password_reset_minutes", 60, value::span(MINUTE, 5..=1440));
    let login_attempts = keys.or("login_attempts", 10, value::whole(1..=1000));
    let login_window = keys.or("login_window_minutes", 15, value::span(MINUTE, 1..=1440));
    Some(Auth {
        jwt_secret: jwt_secret?,
        access_token_lifetime: access_token_lifetime?,
        refresh_token_lifetime: refresh_token_lifetime?,
        invitation_lifetime: invitation_lifetime?,
        password_reset_lifetime: password_reset_lifetime?,
        login_attempts: login_attempts?,
        login_window: login_window?,
    })
}

fn limits(source: &mut Source) -> Option<Limits> {
    let mut keys = source.section("limits");
    let requests_per_minute = keys.or("requests_per_minute", 1200, value::per_minute);
    let anonymous_requests_per_minute = keys.or("anonymous_requests_per_minute", 300, value::per_minute);
    Some(Limits {
        requests_per_minute: requests_per_minute?,
        anonymous_requests_per_minute: anonymous_requests_per_minute?,
    })
}

fn matrix(source: &mut Source) -> Option<Matrix> {
    let base = source.base().to_owned();
    let mut keys = source.section("matrix");
    let homeserver_url = keys.or("homeserver_url", "http://127.0.0.1:8008", value::web_url);
    let server_name = keys.required("server_name", "example.org", value::server_name);
    let registration_file = keys.or("registration_file", "roomdesk-registration.yaml", value::path(&base));
    let appservice_listen = keys.or("appservice_listen", "127.0.0.1:29400", value::address);
    let room_version = keys.optional("room_version", value::room_version);
    let sends_in_flight = keys.or("sends_in_flight", 32, value::whole(1..=64));
    let heartbeat = keys.or("heartbeat_seconds", 60, value::span(1, 1..=3600));
    let request_timeout = keys.or("request_timeout_seconds", 60, value::span(1, 1..=600));
    Some(Matrix {
        homeserver_url: homeserver_url?,
        server_name: server_name?,
        registration_file: registration_file?,
        appservice_listen: appservice_listen?,
        room_version: room_version?,
        sends_in_flight: sends_in_flight?,
        heartbeat: heartbeat?,
        request_timeout: request_timeout?,
    })
}

fn tickets(source: &mut Source) -> Option<Tickets> {
    let mut keys = source.section("tickets");
    let time_zone = keys.or("time_zone", "UTC", value::time_zone);
    let reopen_days = keys.or("reopen_days", 28, value::whole(0..=3650));
    let student_priority = keys.or("student_priority", "choose", value::student_priority);
    let auto_close_days = keys.optional("auto_close_days", value::whole(2..=3650));
    let auto_close_warning_days = keys.or("auto_close_warning_days", 3, value::whole(1..=365));
    if let (Some(Some(days)), Some(warning)) = (auto_close_days, auto_close_warning_days)
        && warning >= days
    {
        let wrong = format!("is {warning}, and auto_close_days is {days}");
        source.refuse("tickets", "auto_close_warning_days", Fault::new(wrong, "fewer days than auto_close_days"));
    }
    Some(Tickets {
        time_zone: time_zone?,
        reopen_days: reopen_days?,
        student_priority: student_priority?,
        auto_close_days: auto_close_days?,
        auto_close_warning_days: auto_close_warning_days?,
    })
}

fn files(source: &mut Source) -> Option<Files> {
    let base = source.base().to_owned();
    let mut keys = source.section("files");
    let folder = keys.or("folder", "roomdesk-files", value::path(&base));
    let max_size_mib = keys.or("max_size_mib", 100, value::whole(1..=10_240));
    let avatar_max_size_mib = keys.or("avatar_max_size_mib", 8, value::whole(1..=64));
    let allowed_types = keys.or("allowed_types", ALLOWED_TYPES, value::media_types);
    let clamd = keys.optional("clamd", value::clamd(&base));
    let unscanned = keys.or("unscanned", "refuse", value::unscanned);
    Some(Files {
        folder: folder?,
        max_size: u64::from(max_size_mib?) * MIB,
        avatar_max_size: u64::from(avatar_max_size_mib?) * MIB,
        allowed_types: allowed_types?,
        clamd: clamd?,
        unscanned: unscanned?,
    })
}

fn host(source: &mut Source) -> Option<Option<Host>> {
    let base = source.base().to_owned();
    let mut keys = source.section("host");
    let issuer = keys.optional("issuer", value::issuer);
    let audience = keys.optional("audience", value::some_text);
    let algorithm = keys.or("algorithm", "HS256", value::algorithm);
    let secret = keys.secret("secret", Some(""), value::shared_secret);
    let jwks_file = keys.optional("jwks_file", value::path(&base));
    let jwks_url = keys.optional("jwks_url", value::web_url);
    let name = keys.or("name_claim", "name", value::some_text);
    let email = keys.or("email_claim", "email", value::some_text);
    let role = keys.or("role_claim", "role", value::some_text);
    let context = keys.or("context_claim", "context", value::some_text);
    let instructors = keys.or("instructor_roles", "instructor, teacher", value::names);
    let admins = keys.or("admin_roles", "", value::names);
    let links_by_email = keys.or("link_by_email", false, value::yes_or_no);
    let Some(issuer) = issuer? else { return Some(None) };
    let sources = [
        secret?.map(|secret| KeySource::Secret(secret.expose().as_bytes().to_vec())),
        jwks_file?.map(KeySource::File),
        jwks_url?.map(KeySource::Url),
    ];
    let mut sources = sources.into_iter().flatten();
    let (Some(found), None) = (sources.next(), sources.next()) else {
        let fault = Fault::new("needs one way to check tokens", "one of secret, jwks_file and jwks_url");
        source.refuse("host", "issuer", fault);
        return None;
    };
    let algorithm = algorithm?;
    let is_shared = matches!(found, KeySource::Secret(_));
    let signs_by_secret = matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512);
    if is_shared != signs_by_secret {
        let expected = "HS256, HS384 or HS512 with a secret, another with a set of keys";
        source.refuse("host", "algorithm", Fault::new(format!("is {algorithm:?}"), expected));
        return None;
    }
    let Some(audience) = audience? else {
        source.refuse("host", "audience", Fault::new("is missing", "what the host writes into \"aud\""));
        return None;
    };
    let claims = ClaimNames { name: name?, email: email?, role: role?, context: context? };
    let settings = HostSettings { issuer, audience, algorithm, keys: found, claims };
    let roles = HostRoles { instructors: instructors?, admins: admins?, links_by_email: links_by_email? };
    Some(Some(Host { settings, roles }))
}

fn log(source: &mut Source) -> Option<Log> {
    let mut keys = source.section("log");
    let format = keys.or("format", "text", value::log_format);
    let filter = keys.or("filter", "info,sqlx=warn", value::log_filter);
    Some(Log { format: format?, filter: filter? })
}
