//! The raw values of a configuration: a TOML text with environment variables laid over it.
//!
//! In goes text, out come typed values one by one. Every key that is asked for becomes a known key; what is left over
//! at the end is refused, so the list of known keys cannot differ from what is read.
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Fault, Place, Problem};
use super::value::{self, Raw};

/// What every overriding environment variable begins with.
const PREFIX: &str = "ROOMDESK__";

type Name = (String, String);

/// The values that were given, the keys that were asked for, and the problems found on the way.
pub(super) struct Source {
    file: PathBuf,
    base: PathBuf,
    lines: BTreeMap<Name, (Place, Raw)>,
    variables: BTreeMap<Name, (Place, Raw)>,
    sections: Vec<(String, Place)>,
    known: BTreeMap<&'static str, BTreeSet<String>>,
    pub(super) problems: Vec<Problem>,
}

impl Source {
    /// Takes the file's text and the environment apart. `base` is the folder relative paths start from.
    ///
    /// A text that is not TOML yields its syntax errors alone, since any further complaint would be guesswork.
    pub(super) fn new<K, V>(
        text: &str,
        file: &Path,
        base: &Path,
        env: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Vec<Problem>>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let mut source = Self {
            file: file.to_owned(),
            base: base.to_owned(),
            lines: BTreeMap::new(),
            variables: BTreeMap::new(),
            sections: Vec::new(),
            known: BTreeMap::new(),
            problems: Vec::new(),
        };
        source.take_file(text)?;
        for (name, value) in env {
            source.take_variable(&name.into(), value.into());
        }
        Ok(source)
    }

    fn take_file(&mut self, text: &str) -> Result<(), Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let line = |start: usize| {
            Place::Line(self.file.clone(), 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count())
        };
        if !errors.is_empty() {
            let problem = |error: &toml::de::Error| Problem {
                place: line(error.span().map_or(0, |span| span.start)),
                section: None,
                key: None,
                fault: Fault::new(
                    format!("is not TOML: {}", error.message()),
                    "lines such as `key = \"value\"` below a `[section]`",
                ),
            };
            return Err(errors.iter().map(problem).collect());
        }
        for (section, value) in table.get_ref() {
            let place = line(section.span().start);
            let section = section.get_ref().to_string();
            let Some(keys) = value.get_ref().as_table() else {
                let fault = Fault::new("stands outside of any section", "a section such as [server] above it");
                self.problems.push(Problem { place, section: None, key: Some(section), fault });
                continue;
            };
            for (key, value) in keys {
                let name = (section.clone(), key.get_ref().to_string());
                self.lines.insert(name, (line(key.span().start), raw(value)));
            }
            self.sections.push((section, place));
        }
        Ok(())
    }

    fn take_variable(&mut self, name: &OsString, value: OsString) {
        let name = name.to_string_lossy().into_owned();
        let Some(rest) = name.strip_prefix(PREFIX) else { return };
        let place = Place::Variable(name.clone());
        let Some((section, key)) = rest.split_once("__").filter(|_| rest == rest.to_uppercase()) else {
            let fault = Fault::new("is not a configuration variable", "ROOMDESK__SECTION__KEY in capitals");
            self.problems.push(Problem { place, section: None, key: None, fault });
            return;
        };
        let (section, key) = (section.to_lowercase(), key.to_lowercase());
        match value.into_string() {
            Ok(text) => drop(self.variables.insert((section, key), (place, Raw::Variable(text)))),
            Err(_) => {
                let fault = Fault::new("is not UTF-8", "a text in UTF-8");
                self.problems.push(Problem { place, section: Some(section), key: Some(key), fault });
            }
        }
    }

    /// The folder that relative paths start from.
    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// The keys of one section, to be asked for one by one.
    pub(super) fn section(&mut self, name: &'static str) -> Section<'_> {
        self.known.entry(name).or_default();
        Section { source: self, name }
    }

    /// Records a problem with a key that was given, at the place where it stands.
    pub(super) fn refuse(&mut self, section: &str, key: &str, fault: Fault) {
        let name = (section.to_owned(), key.to_owned());
        let given = self.variables.get(&name).or_else(|| self.lines.get(&name));
        let place = given.map_or_else(|| Place::File(self.file.clone()), |(place, _)| place.clone());
        self.problems.push(Problem { place, section: Some(name.0), key: Some(name.1), fault });
    }

    /// Every key asked for so far, as pairs of section and key.
    #[cfg(test)]
    pub(super) fn known(&self) -> Vec<Name> {
        let keys = |(section, keys): (&&str, &BTreeSet<String>)| {
            keys.iter().map(|key| ((*section).to_owned(), key.clone())).collect::<Vec<_>>()
        };
        self.known.iter().flat_map(keys).collect()
    }

    /// Refuses what nobody asked for and hands out all problems. Call it after the last section was read.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        let sections = self.known.keys().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ");
        for (name, place) in std::mem::take(&mut self.sections) {
            if !self.known.contains_key(name.as_str()) {
                let fault = Fault::new("is not a section", format!("one of {sections}"));
                self.problems.push(Problem { place, section: Some(name), key: None, fault });
            }
        }
        let variables = std::mem::take(&mut self.variables).into_iter().map(|given| (given, true));
        let lines = std::mem::take(&mut self.lines).into_iter().map(|given| (given, false));
        for (((section, key), (place, _)), is_variable) in lines.chain(variables) {
            let fault = match self.known.get(section.as_str()) {
                Some(keys) if keys.contains(&key) => continue,
                Some(keys) => Fault::new(
                    "is not a key",
                    format!("one of {}", keys.iter().cloned().collect::<Vec<_>>().join(", ")),
                ),
                None if is_variable => Fault::new("is in no section", format!("one of {sections}")),
                // The section itself was refused above.
                None => continue,
            };
            self.problems.push(Problem { place, section: Some(section), key: Some(key), fault });
        }
        self.problems
    }
}

fn raw(value: &Spanned<DeValue<'_>>) -> Raw {
    match value.get_ref() {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("integer beyond 64 bits"), Raw::Whole),
        DeValue::Boolean(truth) => Raw::Truth(*truth),
        other => Raw::Other(other.type_str()),
    }
}

/// One section of a [`Source`]. Each method returns `None` after it recorded a problem.
pub(super) struct Section<'s> {
    source: &'s mut Source,
    name: &'static str,
}

impl Section<'_> {
    /// The value of `key`, or of `default` when it is not given.
    pub(super) fn or<T>(
        &mut self,
        key: &str,
        default: impl Into<Raw>,
        parse: impl Fn(&Raw) -> Result<T, Fault>,
    ) -> Option<T> {
        let raw = self.given(key).unwrap_or_else(|| default.into());
        self.accept(key, parse(&raw))
    }

    /// The value of `key`, or `Some(None)` when it is not given.
    pub(super) fn optional<T>(&mut self, key: &str, parse: impl Fn(&Raw) -> Result<T, Fault>) -> Option<Option<T>> {
        match self.given(key) {
            Some(raw) => self.accept(key, parse(&raw)).map(Some),
            None => Some(None),
        }
    }

    /// The value of `key`, which has no default; `example` is shown when it is missing.
    pub(super) fn required<T>(
        &mut self,
        key: &str,
        example: &str,
        parse: impl Fn(&Raw) -> Result<T, Fault>,
    ) -> Option<T> {
        match self.given(key) {
            Some(raw) => self.accept(key, parse(&raw)),
            None => self.accept(key, Err(Fault::new("is missing", format!("a line such as `{key} = \"{example}\"`")))),
        }
    }

    /// The secret `key`, given here or in the file that `key_file` names.
    ///
    /// A variable of either name replaces both lines of the file; both names in one of the two places are refused.
    /// The line break at the end of a secret's file is not part of the secret.
    pub(super) fn secret<T>(
        &mut self,
        key: &str,
        default: Option<&str>,
        parse: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let twin = format!("{key}_file");
        self.ask(key);
        self.ask(&twin);
        let (own, file) = {
            let name = |key: &str| (self.name.to_owned(), key.to_owned());
            let pick = |layer: &BTreeMap<Name, (Place, Raw)>| {
                let found = |key| layer.get(&name(key)).map(|(_, raw)| raw.clone());
                (found(key), found(&twin))
            };
            match pick(&self.source.variables) {
                (None, None) => pick(&self.source.lines),
                variables => variables,
            }
        };
        match (own, file) {
            (Some(_), Some(_)) => {
                let fault = Fault::new(format!("is given together with {key}"), format!("either {key} or {twin}"));
                self.accept(&twin, Err(fault))
            }
            (Some(raw), None) => {
                self.accept(key, raw.text("a text in quotes").and_then(|text| nonempty(text).and_then(&parse)))
            }
            (None, Some(raw)) => {
                let read = value::path(&self.source.base)(&raw).and_then(|path| read_secret(&path));
                self.accept(&twin, read.and_then(|text| parse(&text)))
            }
            (None, None) => {
                let missing =
                    || Fault::new("is missing", format!("{key}, or {twin} with the path of a file that holds it"));
                self.accept(key, default.ok_or_else(missing).and_then(parse))
            }
        }
    }

    fn ask(&mut self, key: &str) {
        self.source.known.entry(self.name).or_default().insert(key.to_owned());
    }

    fn given(&mut self, key: &str) -> Option<Raw> {
        self.ask(key);
        let name = (self.name.to_owned(), key.to_owned());
        self.source.variables.get(&name).or_else(|| self.source.lines.get(&name)).map(|(_, raw)| raw.clone())
    }

    fn accept<T>(&mut self, key: &str, parsed: Result<T, Fault>) -> Option<T> {
        parsed.map_err(|fault| self.source.refuse(self.name, key, fault)).ok()
    }
}

fn nonempty(text: &str) -> Result<&str, Fault> {
    if text.trim().is_empty() { Err(Fault::new("is empty", "the secret itself")) } else { Ok(text) }
}

fn read_secret(path: &Path) -> Result<String, Fault> {
    const EXPECTED: &str = "the path of a file that holds the secret and that Roomdesk may read";
    let text = std::fs::read_to_string(path)
        .map_err(|cause| Fault::new(format!("names {}, which cannot be read: {cause}", path.display()), EXPECTED))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(Fault::new(format!("names {}, which is empty", path.display()), EXPECTED));
    }
    Ok(text.to_owned())
}
