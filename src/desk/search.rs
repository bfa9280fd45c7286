//! Looking for words: in titles first, then in descriptions and messages, then, for staff, in notes, the newest first;
//! and for tickets by number.
use std::collections::HashMap;

use super::Desk;
use super::finding::in_order;
use crate::domain::Refusal;
use crate::domain::filter::{Filter, Query};
use crate::domain::ids::{MessageId, NoteId, TicketId};
use crate::domain::tickets::Ticket;
use crate::domain::words::{Phrase, Piece, snippet};
use crate::store::search::{self, Hit, Numbered, Part, Shelf};
use crate::store::{DbError, Tx};

/// So many places are shown of one ticket.
const PLACES: usize = 3;
/// So many tickets are offered whose number begins as asked for.
const NUMBERED: i64 = 10;
/// The digits of a day in a number, and of its year.
const DAY: usize = 8;
const YEAR: usize = 4;

/// Where a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Further {
    pub shelf: Shelf,
    pub below: Option<i64>,
}

/// Where a ticket has what was looked for.
#[derive(Clone, Debug)]
pub enum Where {
    Id,
    Number,
    Title,
    Description,
    Message(MessageId),
    Note(NoteId),
}

/// A place in a ticket, with the text around it.
#[derive(Clone, Debug)]
pub struct Match {
    pub place: Where,
    pub snippet: Vec<Piece>,
}

/// A ticket that was found.
#[derive(Clone, Debug)]
pub struct FoundTicket {
    pub ticket: Ticket,
    pub matches: Vec<Match>,
}

/// A part of what was found.
#[derive(Clone, Debug)]
pub struct SearchPage {
    pub tickets: Vec<FoundTicket>,
    /// Where it goes on; none at the end. A part may be short, or empty, and the search goes on.
    pub next: Option<Further>,
}

/// What was found so far: tickets in the order in which they were found, with where they have the words.
#[derive(Default)]
struct Pile {
    order: Vec<TicketId>,
    hits: HashMap<TicketId, Vec<Spot>>,
}

enum Spot {
    Id,
    Number,
    Text(Part),
}

impl Pile {
    /// False when it is one ticket more than wanted.
    fn add(&mut self, ticket: &TicketId, spot: Spot, limit: usize) -> bool {
        if !self.hits.contains_key(ticket) {
            if self.order.len() == limit {
                return false;
            }
            self.order.push(ticket.clone());
        }
        let spots = self.hits.entry(ticket.clone()).or_default();
        if spots.len() < PLACES {
            spots.push(spot);
        }
        true
    }
}

impl Desk {
    /// At most `limit` tickets that have the words of the query, after `after`.
    pub async fn search(&self, query: &Query, after: Option<Further>, limit: i64) -> Result<SearchPage, Refusal> {
        let mut tx = self.db().read().await?;
        let mut pile = Pile::default();
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        if after.is_none() {
            by_name(&mut tx, query, &mut pile, most).await?;
        }
        let mut at = Some(after.unwrap_or(Further { shelf: Shelf::Titles, below: None }));
        while let Some(further) = at {
            // A few of them are in the same ticket.
            let found = search::hits(&mut tx, query, further.shelf, (further.below, 2 * limit)).await?;
            let taken = take(&mut pile, &found.hits, most);
            if let Some(rest) = taken {
                at = Some(Further { shelf: further.shelf, below: rest });
                break;
            }
            at = match found.next {
                Some(position) => Some(Further { below: Some(position), ..further }),
                None => after_shelf(query, further.shelf).map(|shelf| Further { shelf, below: None }),
            };
            // One look at each shelf is enough work for one page.
            if found.next.is_some() {
                break;
            }
        }
        Ok(SearchPage { tickets: told(&mut tx, query, pile).await?, next: at })
    }
}

/// The shelf in which the query looks next.
fn after_shelf(query: &Query, shelf: Shelf) -> Option<Shelf> {
    let mut shelves = Shelf::of(query).iter().skip_while(|other| **other != shelf);
    shelves.nth(1).copied()
}

/// Adds hits until one begins a ticket too many; then the position above which everything is taken.
fn take(pile: &mut Pile, hits: &[Hit], most: usize) -> Option<Option<i64>> {
    let mut above = None;
    for hit in hits {
        if !pile.add(&hit.ticket, Spot::Text(hit.part.clone()), most) {
            // It is the first that is not taken.
            return Some(Some(above.unwrap_or(hit.position + 1)));
        }
        above = Some(hit.position);
    }
    None
}

/// Tickets that the words name: by their id, or by their number, its beginning or its count of the day.
async fn by_name(tx: &mut Tx, query: &Query, pile: &mut Pile, most: usize) -> Result<(), DbError> {
    let [phrase] = query.filter.words.as_slice() else { return Ok(()) };
    let named = Query { filter: Filter { words: Vec::new(), ..query.filter.clone() }, ..query.clone() };
    if let Some(id) = id_in(phrase)
        && search::is_found(tx, &named, &id).await?
    {
        pile.add(&id, Spot::Id, most);
    }
    if let Some((beginning, count)) = number_in(phrase) {
        let wanted = Numbered { between: every_number(&beginning), count };
        let numbered = search::numbered(tx, &named, (&wanted, NUMBERED)).await?;
        for (id, _) in numbered.iter().filter(|(_, number)| number.starts_with(&beginning)) {
            pile.add(id, Spot::Number, most);
        }
    }
    Ok(())
}

/// `tkt_01k…` as the words of a phrase.
fn id_in(phrase: &Phrase) -> Option<TicketId> {
    phrase.words.join("_").parse().ok()
}

/// The beginning of a number and its count of the day, as far as the words of a phrase say them: `TICK-2026`,
/// `TICK-20260309-00`, `TICK-2026-0012`, and `0012` or `12` alone.
fn number_in(phrase: &Phrase) -> Option<(String, Option<String>)> {
    let digits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = phrase.words.iter().map(String::as_str).collect();
    let (has_tick, rest) = match words.as_slice() {
        ["tick", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if !rest.iter().all(digits) {
        return None;
    }
    match rest {
        [day] if has_tick && day.len() <= DAY => Some((format!("TICK-{day}"), None)),
        [day] if day.len() == DAY => Some((format!("TICK-{day}"), None)),
        [count] if !has_tick && count.len() < DAY => Some(("TICK-".to_owned(), Some(counted(count)))),
        [day, count] if day.len() == DAY => Some((format!("TICK-{day}-{count}"), None)),
        [days, count] if (YEAR..DAY).contains(&days.len()) => Some((format!("TICK-{days}"), Some(counted(count)))),
        _ => None,
    }
}

/// A count of the day as it stands in a number.
fn counted(count: &str) -> String {
    format!("{:0>4}", count.trim_start_matches('0'))
}

/// The lowest and the highest number that could begin so: of the same shape, so that any collation puts what is
/// between them there.
fn every_number(beginning: &str) -> (String, String) {
    let filled = |with: char| {
        let (day, count) = match beginning.trim_start_matches("TICK-").split_once('-') {
            Some((day, count)) => (day.to_owned(), count),
            None => (beginning.trim_start_matches("TICK-").to_owned(), ""),
        };
        let fill = |part: &str, width: usize| {
            part.chars().chain(std::iter::repeat(with)).take(width.max(part.len())).collect::<String>()
        };
        format!("TICK-{}-{}", fill(&day, 8), fill(count, if with == '0' { 4 } else { 12 }))
    };
    (filled('0'), filled('9'))
}

/// The tickets of a pile, each with the text around what was found.
async fn told(tx: &mut Tx, query: &Query, pile: Pile) -> Result<Vec<FoundTicket>, DbError> {
    let Pile { order, mut hits } = pile;
    let (mut messages, mut notes) = (Vec::new(), Vec::new());
    for spot in hits.values().flatten() {
        match spot {
            Spot::Text(Part::Message(id)) => messages.push(id.clone()),
            Spot::Text(Part::Note(id)) => notes.push(id.clone()),
            _ => {}
        }
    }
    let bodies = search::bodies(tx, &messages).await?;
    let noted = search::note_bodies(tx, &notes).await?;
    let words = &query.filter.words;
    let mut tickets = Vec::new();
    for ticket in in_order(tx, &order).await? {
        let whole = |text: &str| vec![Piece { text: text.to_owned(), is_match: true }];
        let shown = |spot: Spot| match spot {
            Spot::Id => Some(Match { place: Where::Id, snippet: whole(ticket.id.as_str()) }),
            Spot::Number => Some(Match { place: Where::Number, snippet: whole(ticket.number.as_str()) }),
            Spot::Text(Part::Title) => Some(Match { place: Where::Title, snippet: snippet(&ticket.title, words) }),
            Spot::Text(Part::Description) => {
                Some(Match { place: Where::Description, snippet: snippet(&ticket.description, words) })
            }
            // It may be gone by now.
            Spot::Text(Part::Message(id)) => {
                let body = bodies.get(&id)?;
                Some(Match { snippet: snippet(body, words), place: Where::Message(id) })
            }
            Spot::Text(Part::Note(id)) => {
                let body = noted.get(&id)?;
                Some(Match { snippet: snippet(body, words), place: Where::Note(id) })
            }
        };
        let matches = hits.remove(&ticket.id).unwrap_or_default().into_iter().filter_map(shown).collect();
        tickets.push(FoundTicket { ticket, matches });
    }
    Ok(tickets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_by_its_beginning() {
        let number = |text: &str| number_in(&Phrase::of(text, true).expect("words"));
        let begins = |text: &str| Some((text.to_owned(), None));
        assert_eq!(number("TICK-2026"), begins("TICK-2026"));
        assert_eq!(number("tick-20260309-00"), begins("TICK-20260309-00"));
        assert_eq!(number("20260309-0007"), begins("TICK-20260309-0007"));
        assert_eq!(number("20260309"), begins("TICK-20260309"));
        let counts = |text: &str, count: &str| Some((text.to_owned(), Some(count.to_owned())));
        for alone in ["12", "0012", "00012"] {
            assert_eq!(number(alone), counts("TICK-", "0012"), "{alone}");
        }
        assert_eq!(number("TICK-2026-0012"), counts("TICK-2026", "0012"));
        assert_eq!(number("202603-12345"), counts("TICK-202603", "12345"));
        for other in ["tick", "tick-x", "tick-202-1", "20-0007", "tick-202603091", "202603091"] {
            assert_eq!(number(other), None, "{other}");
        }
        let (low, high) = every_number("TICK-202603");
        assert_eq!((low.as_str(), high.as_str()), ("TICK-20260300-0000", "TICK-20260399-999999999999"));
        assert_eq!(every_number("TICK-").1, "TICK-99999999-999999999999");
        assert_eq!(every_number("TICK-20260309-00").0, "TICK-20260309-0000");
        assert_eq!(every_number("TICK-20260309-12345").0, "TICK-20260309-12345");
    }
}
