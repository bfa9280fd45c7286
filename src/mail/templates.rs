//! Templates: ours, in the binary, and those of an operator that replace them.
//!
//! `x.html` is escaped where it puts something in and `x.txt` is not; `x.words`, a sentence, is there for both, as
//! `x.words.html` and `x.words.txt`.
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use minijinja::value::{Kwargs, Value};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, HtmlEscape, State, UndefinedBehavior, syntax::SyntaxConfig,
};
use rust_embed::RustEmbed;

use super::strings::{Strings, filled};
use super::words;
use crate::domain::clock::from_millis;
use crate::domain::languages::Language;
use crate::domain::text::shortened;
use crate::domain::zones::Zone;

#[derive(RustEmbed)]
#[folder = "src/mail/templates"]
struct Ours;

/// The ending of a sentence that is there for both kinds.
const WORDS: &str = ".words";
/// Longest beginning of a text that mail programs show beside the subject, in characters.
const SHORT: usize = 140;

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TemplateFault {
    /// The file, as it is called.
    pub file: String,
    /// Counted from 1; 0 when it is the file as a whole.
    pub line: usize,
    pub wrong: String,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.wrong),
            line => write!(f, "{}:{line}: {}", self.file, self.wrong),
        }
    }
}

impl TemplateFault {
    fn whole(file: &str, wrong: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, wrong: wrong.into() }
    }

    /// The innermost of what an error of the engine tells of: it was there that something went wrong.
    fn of(error: &Error) -> Self {
        let mut innermost = error;
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            innermost = deeper.downcast_ref().unwrap_or(innermost);
            cause = deeper.source();
        }
        let name = innermost.name().or(error.name()).unwrap_or("?");
        let file = name.find(".words.").map_or(name, |at| &name[..at + WORDS.len()]);
        let detail = innermost.detail().map_or(String::new(), |detail| format!(": {detail}"));
        let wrong = format!("{}{detail}", innermost.kind());
        Self { file: file.to_owned(), line: innermost.line().unwrap_or(0), wrong }
    }
}

/// Every template in every language.
pub(super) struct Templates {
    english: Environment<'static>,
    german: Environment<'static>,
}

impl Templates {
    /// Ours, with those of the folder instead.
    pub(super) fn load(folder: Option<&Path>) -> Result<Self, Vec<TemplateFault>> {
        let mut sources = ours();
        let mut strings = Language::ALL.map(|language| (language, Strings::of(language)));
        if let Some(folder) = folder {
            let mut faults = Vec::new();
            for (name, text) in theirs(folder).map_err(|fault| vec![fault])? {
                let language = strings.iter_mut().find(|(language, _)| format!("{}.toml", language.as_str()) == name);
                if let Some((_, strings)) = language {
                    faults.extend(strings.replace(&text).into_iter().map(|wrong| TemplateFault::whole(&name, wrong)));
                } else if let Some(source) = sources.get_mut(&name) {
                    *source = text;
                } else {
                    faults.push(TemplateFault::whole(&name, "replaces nothing: there is no template of this name"));
                }
            }
            if !faults.is_empty() {
                return Err(faults);
            }
        }
        let [english, german] = strings.map(|(language, strings)| environment(&sources, language, strings));
        Ok(Self { english: english?, german: german? })
    }

    pub(super) fn render(&self, language: Language, name: &str, context: &Value) -> Result<String, TemplateFault> {
        let environment = match language {
            Language::English => &self.english,
            Language::German => &self.german,
        };
        let rendered = environment.get_template(name).and_then(|template| template.render(context));
        rendered.map_err(|error| TemplateFault::of(&error))
    }
}

fn ours() -> BTreeMap<String, String> {
    let source = |name: &str| {
        let file = Ours::get(name)?;
        Some((name.to_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    Ours::iter().filter_map(|name| source(&name)).collect()
}

fn theirs(folder: &Path) -> Result<Vec<(String, String)>, TemplateFault> {
    let unreadable =
        |name: &str, cause: &std::io::Error| TemplateFault::whole(name, format!("cannot be read: {cause}"));
    let shown = folder.display().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|cause| unreadable(&shown, &cause))? {
        let path = entry.map_err(|cause| unreadable(&shown, &cause))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with('.') {
            let text = std::fs::read_to_string(&path).map_err(|cause| unreadable(&name, &cause))?;
            found.push((name, text));
        }
    }
    found.sort();
    Ok(found)
}

fn environment(
    sources: &BTreeMap<String, String>,
    language: Language,
    strings: Strings,
) -> Result<Environment<'static>, Vec<TemplateFault>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_debug(true);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_auto_escape_callback(
        |name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        },
    );
    let texts = Arc::new(strings);
    let statuses = Arc::clone(&texts);
    environment.add_function("t", move |key: &str, values: Kwargs| text(&texts, key, &values));
    environment.add_filter("status", move |state: &State<'_, '_>, word: &str| status(state, &statuses, word));
    environment.add_filter("moment", move |state: &State<'_, '_>, at: i64| {
        zone(state).map(|zone| words::moment(from_millis(at), zone, language))
    });
    environment.add_filter("day", move |state: &State<'_, '_>, at: i64| {
        zone(state).map(|zone| words::day(from_millis(at), zone, language))
    });
    environment.add_filter("size", move |bytes: u64| words::size(bytes, language));
    environment.add_filter("lines", |text: &str| Value::from_safe_string(lines(text)));
    environment.add_filter("quoted", quoted);
    environment.add_filter("short", |text: &str| shortened(text, SHORT));
    let mut faults = Vec::new();
    for (name, source) in sources {
        let names = if name.ends_with(WORDS) {
            vec![format!("{name}.html"), format!("{name}.txt")]
        } else {
            vec![name.clone()]
        };
        for name in names {
            if let Err(error) = environment.add_template_owned(name, source.clone()) {
                faults.push(TemplateFault::of(&error));
            }
        }
    }
    faults.dedup();
    if faults.is_empty() { Ok(environment) } else { Err(faults) }
}

/// The text of a key, with what is given by name put in.
fn text(strings: &Strings, key: &str, values: &Kwargs) -> Result<String, Error> {
    let refuse = |wrong: String| Error::new(ErrorKind::InvalidOperation, wrong);
    let count = if values.has("count") { Some(values.get("count")?) } else { None };
    let text = strings.get(key, count).ok_or_else(|| refuse(format!("there is no text {key:?}")))?;
    let value =
        |name: &str| values.get::<Value>(name).ok().filter(|value| !value.is_none()).as_ref().map(ToString::to_string);
    let whole = filled(text, value).map_err(|name| refuse(format!("{key:?} needs {name:?}")))?;
    values.assert_all_used()?;
    Ok(whole)
}

/// A status in the words of the reader's side.
fn status(state: &State<'_, '_>, strings: &Strings, status: &str) -> Result<String, Error> {
    let side = state.lookup("reader").and_then(|reader| reader.get_attr("side").ok());
    let is_student = side.is_some_and(|side| side.as_str() == Some("student"));
    let ending = if is_student && status == "pending" { "_for_you" } else { "" };
    let text = strings.get(&format!("status.{status}{ending}"), None);
    text.map(str::to_owned).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("{status:?} is no status")))
}

fn zone(state: &State<'_, '_>) -> Result<Zone, Error> {
    let zone = state.lookup("zone").and_then(|zone| Zone::parse(zone.as_str()?));
    zone.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "\"zone\" is not a time zone"))
}

/// Plain text as HTML, each line one.
fn lines(text: &str) -> String {
    HtmlEscape(text.trim_end()).to_string().replace('\n', "<br>\n")
}

/// Each line behind a `>`, as mail programs quote.
fn quoted(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
