//! Words as the search knows them: runs of letters and digits, in any case; and where they stand in a text.

/// Longest shown part of a text, in characters.
const SNIPPET: usize = 160;
/// How much of it stands before the first match, in characters.
const LEAD: usize = 40;
/// With how many characters a word may go on: the beginnings of fewer are those of nearly everything.
const SHORTEST_OPEN: usize = 3;

/// Words that stand side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// In lower case; at least one.
    pub words: Vec<String>,
    /// Whether the last one may go on.
    pub is_open: bool,
}

impl Phrase {
    /// The words of a text; none when there is none in it.
    pub fn of(text: &str, is_open: bool) -> Option<Self> {
        let words: Vec<String> = words(text).map(|(start, end)| text[start..end].to_lowercase()).collect();
        let last = words.last()?.chars().count();
        Some(Self { words, is_open: is_open && last >= SHORTEST_OPEN })
    }

    /// How many words of `found`, from its beginning, the phrase covers.
    fn covers(&self, found: &[String]) -> Option<usize> {
        if found.len() < self.words.len() {
            return None;
        }
        let last = self.words.len() - 1;
        let fits = |(index, (wanted, word)): (usize, (&String, &String))| {
            if index == last && self.is_open { word.starts_with(wanted.as_str()) } else { word == wanted }
        };
        self.words.iter().zip(found).enumerate().all(fits).then_some(self.words.len())
    }
}

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_match: bool,
}

/// Where each word of a text begins and ends, in bytes.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = rest.find(|(_, c)| c.is_alphanumeric())?;
        let mut end = text.len();
        while let Some((place, c)) = rest.peek() {
            if !c.is_alphanumeric() {
                end = *place;
                break;
            }
            rest.next();
        }
        Some((start, end))
    })
}

/// Where the phrases stand in the text, in bytes, in order and apart from each other.
fn matches(text: &str, phrases: &[Phrase]) -> Vec<(usize, usize)> {
    let places: Vec<(usize, usize)> = words(text).collect();
    let found: Vec<String> = places.iter().map(|(start, end)| text[*start..*end].to_lowercase()).collect();
    let mut matches = Vec::new();
    let mut at = 0;
    while at < found.len() {
        match phrases.iter().filter_map(|phrase| phrase.covers(&found[at..])).max() {
            Some(count) => {
                matches.push((places[at].0, places[at + count - 1].1));
                at += count;
            }
            None => at += 1,
        }
    }
    matches
}

/// Whether every phrase stands in the text.
pub fn have(text: &str, phrases: &[Phrase]) -> bool {
    let found: Vec<String> = words(text).map(|(start, end)| text[start..end].to_lowercase()).collect();
    phrases.iter().all(|phrase| (0..found.len()).any(|at| phrase.covers(&found[at..]).is_some()))
}

/// A part of the text around its first match, in pieces; its beginning when nothing matches.
pub fn snippet(text: &str, phrases: &[Phrase]) -> Vec<Piece> {
    let matches = matches(text, phrases);
    let first = matches.first().map_or(0, |(start, _)| *start);
    let before = text[..first].chars().count();
    let skipped = before.saturating_sub(LEAD);
    let start = byte_of(text, if skipped < LEAD { 0 } else { skipped });
    let end = start + byte_of(&text[start..], SNIPPET);
    let mut pieces = Vec::new();
    let mut add = |text: &str, is_match| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), is_match });
        }
    };
    if start > 0 {
        add("…", false);
    }
    let mut at = start;
    for (from, to) in matches.into_iter().filter(|(from, to)| *from >= start && *to <= end) {
        add(&text[at..from], false);
        add(&text[from..to], true);
        at = to;
    }
    add(&text[at..end], false);
    if end < text.len() {
        add("…", false);
    }
    pieces
}

/// Where the character number `count` begins, or the text ends.
fn byte_of(text: &str, count: usize) -> usize {
    text.char_indices().nth(count).map_or(text.len(), |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, phrases: &[Phrase]) -> String {
        let piece = |piece: &Piece| if piece.is_match { format!("[{}]", piece.text) } else { piece.text.clone() };
        snippet(text, phrases).iter().map(piece).collect()
    }

    fn phrase(text: &str, is_open: bool) -> Phrase {
        Phrase::of(text, is_open).expect("words")
    }

    #[test]
    fn words_are_runs_of_letters_and_digits_in_lower_case() {
        assert_eq!(phrase("Don't: ÄRGER-42", false).words, ["don", "t", "ärger", "42"]);
        assert_eq!(Phrase::of("—!? ", true), None);
    }

    #[test]
    fn what_matches_is_marked_where_it_stands() {
        let fire = [phrase("on fire", false), phrase("print", true)];
        assert_eq!(shown("The Printer is ON FIRE, fire!", &fire), "The [Printer] is [ON FIRE], fire!");
        assert_eq!(shown("nothing", &fire), "nothing");
        assert_eq!(shown("<b>on</b> fire", &fire), "<b>on</b> fire", "a word stands between the two");
        assert_eq!(shown("İfire on—fire", &fire), "İfire [on—fire]", "places are those of the text itself");
    }

    #[test]
    fn a_text_has_what_stands_in_it_side_by_side() {
        let text = "The Printer is on fire";
        assert!(have(text, &[phrase("fire", false), phrase("PRIN", true), phrase("is on", false)]));
        assert!(!have(text, &[phrase("printer on", false)]), "they stand apart");
        assert!(!have(text, &[phrase("print", false)]), "it does not go on");
        assert!(!have("", &[phrase("fire", false)]));
    }

    #[test]
    fn a_long_text_is_shown_around_its_first_match() {
        let text = format!("{} needle {}", "hay ".repeat(100), "straw ".repeat(100));
        let shown = shown(&text, &[phrase("needle", false)]);
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("hay  [needle] straw"), "{shown}");
        assert!(shown.chars().count() <= SNIPPET + 4, "{shown}");
    }
}
