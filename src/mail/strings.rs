//! What mails say, apart from their templates: one file per language, with the same keys.
use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::domain::languages::Language;

const ENGLISH: &str = include_str!("strings/en.toml");
const GERMAN: &str = include_str!("strings/de.toml");

/// Every text of a language by its key, such as `newTicket.heading`.
pub(super) struct Strings(BTreeMap<String, String>);

impl Strings {
    pub(super) fn of(language: Language) -> Self {
        let text = match language {
            Language::English => ENGLISH,
            Language::German => GERMAN,
        };
        let mut texts = BTreeMap::new();
        flatten("", &text.parse().expect("a test reads it"), &mut texts);
        Self(texts)
    }

    /// Takes the texts of a file instead of its own; returns what is wrong with it.
    pub(super) fn replace(&mut self, text: &str) -> Vec<String> {
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return vec![format!("is not TOML: {}", error.message())],
        };
        let mut texts = BTreeMap::new();
        flatten("", &table, &mut texts);
        let unknown = texts.keys().filter(|key| !self.0.contains_key(*key));
        let wrong = unknown.map(|key| format!("{key} replaces nothing: there is no text of that name")).collect();
        self.0.extend(texts);
        wrong
    }

    /// The text of a key; of one with a plural, that for `count`.
    pub(super) fn get(&self, key: &str, count: Option<i64>) -> Option<&str> {
        let form = match count {
            Some(1) => ".one",
            Some(_) => ".other",
            None => "",
        };
        let counted = count.and_then(|_| self.0.get(&format!("{key}{form}")));
        counted.or_else(|| self.0.get(key)).map(String::as_str)
    }
}

fn flatten(before: &str, table: &Table, texts: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        match value {
            Value::Table(inner) => flatten(&format!("{before}{name}."), inner, texts),
            Value::String(text) => drop(texts.insert(format!("{before}{name}"), text.clone())),
            other => drop(texts.insert(format!("{before}{name}"), other.to_string())),
        }
    }
}

/// A text with what stands in braces put in; otherwise the name of what is missing.
pub(super) fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        whole.push_str(before);
        whole.push_str(&value(name).ok_or_else(|| name.to_owned())?);
        rest = behind;
    }
    whole.push_str(rest);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn names_in(text: &str) -> BTreeSet<String> {
        let parts = text.split('{').skip(1);
        parts.map(|part| part.split_once('}').expect("braces are closed").0.to_owned()).collect()
    }

    #[test]
    fn languages_have_the_same_keys_with_the_same_gaps() {
        let [english, german] = Language::ALL.map(|language| Strings::of(language).0);
        let gaps = |texts: &BTreeMap<String, String>| -> BTreeMap<String, BTreeSet<String>> {
            texts.iter().map(|(key, text)| (key.clone(), names_in(text))).collect()
        };
        assert_eq!(gaps(&german), gaps(&english));
        for (key, text) in german.iter().chain(&english) {
            assert!(!text.trim().is_empty() && text.trim() == text, "{key}: {text:?}");
        }
        for stem in english.keys().filter_map(|key| key.strip_suffix(".one")) {
            assert!(english.contains_key(&format!("{stem}.other")), "{stem}");
        }
    }

    #[test]
    fn every_text_is_said_somewhere() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail/templates");
        let files = std::fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("a listed file").path());
        let templates: String = files.map(|file| std::fs::read_to_string(file).expect("it is a text")).collect();
        for key in Strings::of(Language::English).0.keys() {
            let stem = key.strip_suffix(".one").or(key.strip_suffix(".other")).unwrap_or(key);
            let by_word = ["status.", "priority.", "category.", "role."].iter().any(|words| key.starts_with(words));
            assert!(by_word || templates.contains(&format!("t(\"{stem}\"")), "nobody says {key}");
        }
    }

    #[test]
    fn gaps_are_filled_and_missing_ones_named() {
        let value = |name: &str| (name == "by").then(|| "{Ann}".to_owned());
        assert_eq!(filled("{by} and {by}", value), Ok("{Ann} and {Ann}".to_owned()), "what is put in stays as it is");
        assert_eq!(filled("{who}", value), Err("who".to_owned()));
    }
}
