//! Words as people use them: a few all the time, most of them hardly ever (Zipf's law).
use super::chance::Chance;
use crate::domain::tickets::Category;

/// What the people of made-up tickets say.
pub trait Speech {
    /// The title and the description of a new ticket; what is asked for next belongs to this one.
    fn opening(&mut self, chance: &mut Chance, category: Category) -> (String, String);
    /// What staff, or the student, say in it.
    fn said(&mut self, chance: &mut Chance, by_staff: bool) -> String;
    /// What came of it.
    fn resolution(&mut self, chance: &mut Chance) -> String;
}

/// In most messages.
pub const COMMON: &str = "course";
/// In about one message of a hundred.
pub const MIDDLING: &str = "microphone";
/// In one message of some ten thousands.
pub const RARE: &str = "zeppelin";
/// In none.
pub const ABSENT: &str = "quixotry";
/// Every so many messages the rare word is in one.
const RARELY: u64 = 40_000;

const EVERYDAY: &str = "the to and course it is not my in of a that for on with this can but be as please you \
    have when at was are from or we an your do if get will there me all thanks has so account what page would no \
    just still about after how email does then which problem work more now login see only password time again file \
    need know use exam any help assignment should try other because been they error could open same new here \
    message tried working day two first before had submit out one quiz some upload help grade week deadline since \
    video since screen link also does click student start shows them where than today module over until cannot \
    answer browser change computer download both address send access lecture even group way morning always \
    something back system while nothing result test last name room never version instead reset down says look \
    another different seems number off right left once without between wrong correct document slide button";
const ENDINGS: [&str; 6] = ["", "s", "er", "ing", "ed", "ly"];
const FIRST: [&str; 24] = [
    "bal", "cor", "den", "fal", "gran", "hel", "ist", "jun", "kar", "lam", "mon", "nor", "op", "pen", "quar", "ros",
    "sil", "tam", "ul", "ver", "wen", "xan", "yar", "zin",
];
const SECOND: [&str; 28] = [
    "ba", "ci", "do", "fe", "gu", "ha", "ja", "ki", "lo", "me", "nu", "pa", "ri", "so", "te", "va", "wi", "za", "bri",
    "cla", "dro", "fle", "gni", "pra", "sto", "tru", "ple", "cho",
];
/// How many words there are, and where the middling one stands among them.
const WORDS: usize = 4_000;
const MIDDLING_PLACE: usize = 230;
const STEPS: usize = 1 << 16;

/// Everything that is said is made of these.
pub(super) struct Words {
    words: Vec<String>,
    /// Which word is drawn; the frequent ones stand there often.
    draws: Vec<u16>,
    said: u64,
}

impl Words {
    pub fn new() -> Self {
        let mut words: Vec<String> = Vec::new();
        for word in EVERYDAY.split_whitespace() {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        let made = ENDINGS.iter().flat_map(|end| {
            SECOND.iter().flat_map(move |second| FIRST.iter().map(move |first| format!("{first}{second}{end}")))
        });
        words.extend(made.take(WORDS - words.len()));
        words.insert(MIDDLING_PLACE.min(words.len()), MIDDLING.to_owned());
        let weights: Vec<f64> = (0..words.len()).map(|place| 1.0 / (place as f64 + 2.0)).collect();
        let total: f64 = weights.iter().sum();
        let (mut draws, mut reached, mut place) = (Vec::with_capacity(STEPS), weights[0] / total, 0);
        for step in 0..STEPS {
            while reached < step as f64 / STEPS as f64 && place + 1 < words.len() {
                place += 1;
                reached += weights[place] / total;
            }
            draws.push(u16::try_from(place).unwrap_or(u16::MAX));
        }
        Self { words, draws, said: 0 }
    }

    fn word(&self, chance: &mut Chance) -> &str {
        &self.words[usize::from(self.draws[chance.below(STEPS)])]
    }

    /// A title of a few words.
    pub fn title(&self, chance: &mut Chance) -> String {
        let count = 3 + chance.below(5);
        self.run(chance, count)
    }

    /// What somebody says: some sentences.
    pub fn message(&mut self, chance: &mut Chance) -> String {
        self.said += 1;
        let mut text = String::new();
        for sentence in 0..1 + chance.below(3) {
            if sentence > 0 {
                text.push(' ');
            }
            let count = 5 + chance.below(12);
            text.push_str(&self.run(chance, count));
            text.push('.');
        }
        if self.said % RARELY == RARELY / 8 {
            text.push_str(" Like a ");
            text.push_str(RARE);
            text.push('.');
        }
        text
    }

    fn run(&self, chance: &mut Chance, count: usize) -> String {
        let mut text = String::new();
        for place in 0..count {
            let word = self.word(chance);
            if place == 0 {
                let (first, rest) = word.split_at(1);
                text.push_str(&first.to_ascii_uppercase());
                text.push_str(rest);
            } else {
                text.push(' ');
                text.push_str(word);
            }
        }
        text
    }
}

impl Speech for Words {
    fn opening(&mut self, chance: &mut Chance, _: Category) -> (String, String) {
        (self.title(chance), self.message(chance))
    }

    fn said(&mut self, chance: &mut Chance, _: bool) -> String {
        self.message(chance)
    }

    fn resolution(&mut self, chance: &mut Chance) -> String {
        self.title(chance)
    }
}

const GIVEN: [&str; 32] = [
    "Aisha", "Ben", "Carla", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kemal", "Lena", "Mia",
    "Noah", "Olga", "Paul", "Quinn", "Rosa", "Samir", "Tara", "Umar", "Vera", "Wiktor", "Xenia", "Yusuf", "Zoe",
    "Chloé", "Jürgen", "Søren", "Ewa", "Liam", "Nora",
];
const FAMILY: [&str; 30] = [
    "Okafor",
    "Schmidt",
    "Novak",
    "Garcia",
    "Ivanova",
    "Tanaka",
    "Müller",
    "Rossi",
    "Dubois",
    "Kowalski",
    "Haddad",
    "Lindqvist",
    "O'Brien",
    "Papadopoulos",
    "Yilmaz",
    "Nguyen",
    "Silva",
    "Cohen",
    "Andersen",
    "Horvath",
    "Singh",
    "Park",
    "Mbeki",
    "Fischer",
    "Moreau",
    "Castillo",
    "Jansen",
    "Petrov",
    "Ito",
    "Walker",
];

/// A person's name.
pub fn name(chance: &mut Chance) -> String {
    format!("{} {}", chance.one_of(&GIVEN), chance.one_of(&FAMILY))
}

/// A tag; the first ones are everywhere, the last ones hardly.
pub fn tag(chance: &mut Chance) -> String {
    const TAGS: [&str; 12] = [
        "login", "exam", "printer", "wifi", "video", "grading", "upload", "refund", "access", "mobile", "billing",
        "export",
    ];
    let place = chance.below(60) * chance.below(60) / 60;
    let tag = TAGS[place % TAGS.len()];
    if place < TAGS.len() { tag.to_owned() } else { format!("{tag}-{}", place / TAGS.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_common_as_they_claim() {
        let (mut words, mut chance) = (Words::new(), Chance::of(1));
        let messages: Vec<String> = (0..20_000).map(|_| words.message(&mut chance)).collect();
        let having = |word: &str| {
            let in_text = |text: &&String| text.split([' ', '.']).any(|it| it.eq_ignore_ascii_case(word));
            messages.iter().filter(in_text).count()
        };
        assert!(having(COMMON) > 8_000, "{}", having(COMMON));
        assert!((50..800).contains(&having(MIDDLING)), "{}", having(MIDDLING));
        assert_eq!((having(RARE), having(ABSENT)), (1, 0));
        assert!(words.words.len() > 3_900, "{}", words.words.len());
    }
}
