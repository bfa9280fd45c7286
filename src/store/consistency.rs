//! What is kept for quickness against what it comes to: counts, clocks, statuses, unread, measurements and their sums.
use std::collections::BTreeMap;

use sqlx::FromRow;

use super::measurements::MeasuredRow;
use super::{DbError, Tx};
use crate::domain::numbers::Bins;
use crate::domain::rollup::{Cell, Measured};

/// Staff's messages in tickets that are not their own: answers.
macro_rules! answers {
    () => {
        "messages m JOIN people p ON p.id = m.sender WHERE m.ticket = t.id AND m.kind <> 'system' \
         AND p.role <> 'student' AND m.sender <> t.created_by"
    };
}

/// Moves as the intervals tell them: of each ticket, when it became done or ceased to be.
macro_rules! moves {
    () => {
        "SELECT i.ticket, i.from_at AS at, CASE WHEN i.status IN ('resolved', 'closed') THEN 'resolved' ELSE 'reopened' END \
         AS measure FROM (SELECT ticket, status, from_at, LAG(status) OVER (PARTITION BY ticket ORDER BY from_at, \
         CASE WHEN to_at IS NULL THEN 1 ELSE 0 END, to_at, id) AS earlier FROM status_intervals) i \
         WHERE (i.status IN ('resolved', 'closed')) <> (i.earlier IN ('resolved', 'closed'))"
    };
}

statements! {
    MESSAGE_COUNT = "SELECT t.id FROM tickets t LEFT JOIN (SELECT ticket, COUNT(*) AS said FROM messages \
                     WHERE kind <> 'system' GROUP BY ticket) m ON m.ticket = t.id \
                     WHERE t.message_count <> COALESCE(m.said, 0) LIMIT 5";
    PLACES = "SELECT t.id FROM tickets t LEFT JOIN (SELECT ticket, MAX(seq) AS last FROM messages GROUP BY ticket) m \
              ON m.ticket = t.id WHERE t.last_seq < COALESCE(m.last, 0) OR t.room_seq > t.last_seq LIMIT 5";
    LAST_MESSAGE = "SELECT t.id FROM tickets t WHERE (t.last_message_at IS NULL) <> (t.message_count = 0) \
                    OR (t.last_message_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.ticket = t.id \
                    AND m.sender = t.last_message_by AND m.created_at = t.last_message_at)) LIMIT 5";
    FIRST_RESPONSE = concat!(
        "SELECT t.id FROM tickets t WHERE t.opened_by IS NULL AND (t.first_response_at IS NULL) = EXISTS (SELECT 1 FROM ",
        answers!(), ") LIMIT 5"
    );
    WAITING = concat!(
        "SELECT t.id FROM tickets t WHERE t.waiting_since IS NOT NULL AND (EXISTS (SELECT 1 FROM ", answers!(),
        " AND m.created_at > t.waiting_since) OR (t.status IN ('pending', 'resolved') AND NOT EXISTS \
         (SELECT 1 FROM messages m WHERE m.ticket = t.id AND m.kind = 'notice'))) LIMIT 5"
    );
    DONE_TIMES = "SELECT id FROM tickets WHERE (status = 'resolved' AND resolved_at IS NULL) OR (status = 'closed' \
                  AND closed_at IS NULL) OR (status NOT IN ('resolved', 'closed') AND (resolved_at IS NOT NULL OR closed_at \
                  IS NOT NULL)) LIMIT 5";
    PRESENT_STATUS = "SELECT t.id FROM tickets t LEFT JOIN status_intervals i ON i.ticket = t.id AND i.to_at IS NULL \
                      WHERE i.status IS NULL OR i.status <> t.status LIMIT 5";
    INTERVALS = "SELECT i.ticket FROM (SELECT ticket, from_at, LAG(to_at) OVER (PARTITION BY ticket ORDER BY from_at, \
                 CASE WHEN to_at IS NULL THEN 1 ELSE 0 END, to_at, id) AS earlier FROM status_intervals) i \
                 WHERE i.earlier <> i.from_at LIMIT 5";
    INTERVAL_LINES = "SELECT l.ticket FROM timeline l LEFT JOIN status_intervals i ON i.id = l.id \
                      WHERE l.happening IN ('created', 'status-changed') AND (i.id IS NULL OR i.from_at <> l.at \
                      OR i.status <> CASE WHEN l.happening = 'created' THEN i.status ELSE l.to_value END) LIMIT 5";
    REQUESTERS = "SELECT t.id FROM tickets t WHERE NOT EXISTS (SELECT 1 FROM participants p WHERE p.ticket = t.id \
                  AND p.person = t.created_by AND p.is_requester) LIMIT 5";
    MARKERS = "SELECT r.ticket FROM read_markers r JOIN tickets t ON t.id = r.ticket WHERE r.seq > t.last_seq LIMIT 5";
    NUMBERS_OF_DAYS = "SELECT c.day FROM ticket_counters c LEFT JOIN (SELECT substr(number, 6, 8) AS day, COUNT(*) AS \
                       given FROM tickets GROUP BY substr(number, 6, 8)) n ON n.day = replace(c.day, '-', '') \
                       WHERE c.last <> COALESCE(n.given, 0) LIMIT 5";
    LANES = "SELECT l.lane FROM lanes l LEFT JOIN (SELECT lane, COUNT(*) AS waiting FROM jobs GROUP BY lane) j \
             ON j.lane = l.lane WHERE l.pending <> COALESCE(j.waiting, 0) LIMIT 5";
    CENSUS = "SELECT k.status FROM (SELECT status, category, priority, team, assignee, tickets FROM census UNION ALL \
              SELECT status, category, priority, team, assignee, change FROM census_changes UNION ALL \
              SELECT status, category, priority, COALESCE(team, ''), COALESCE(assigned_to, ''), -1 FROM tickets) k \
              GROUP BY k.status, k.category, k.priority, k.team, k.assignee HAVING SUM(k.tickets) <> 0 LIMIT 5";
    CREATED = "SELECT t.id FROM tickets t LEFT JOIN (SELECT ticket, COUNT(*) AS times, MIN(at) AS at FROM measurements \
               WHERE measure = 'created' GROUP BY ticket) m ON m.ticket = t.id \
               WHERE m.at IS NULL OR m.times <> 1 OR m.at <> t.created_at LIMIT 5";
    MOVES = concat!(
        "SELECT b.ticket FROM (SELECT ticket, at, measure, 1 AS sign FROM (", moves!(), ") a UNION ALL \
         SELECT ticket, at, measure, -1 FROM measurements WHERE measure IN ('resolved', 'reopened')) b \
         GROUP BY b.ticket, b.at, b.measure HAVING SUM(b.sign) <> 0 LIMIT 5"
    );
    FIRST_RESOLUTIONS = concat!(
        "SELECT b.ticket FROM (SELECT a.ticket, MIN(a.at) AS at, MIN(a.at) - MIN(t.created_at) AS value, 1 AS sign FROM (",
        moves!(), ") a JOIN tickets t ON t.id = a.ticket WHERE a.measure = 'resolved' GROUP BY a.ticket UNION ALL \
         SELECT ticket, at, value, -1 FROM measurements WHERE measure = 'first-resolution') b \
         GROUP BY b.ticket, b.at, b.value HAVING SUM(b.sign) <> 0 LIMIT 5"
    );
    FULL_RESOLUTIONS = concat!(
        "SELECT b.ticket FROM (SELECT a.ticket, MAX(a.at) AS at, MAX(a.at) - MIN(t.created_at) AS value, 1 AS sign FROM (",
        moves!(), ") a JOIN tickets t ON t.id = a.ticket WHERE a.measure = 'resolved' AND t.status IN ('resolved', 'closed') \
         GROUP BY a.ticket UNION ALL SELECT ticket, at, value, -weight FROM measurements \
         WHERE measure = 'full-resolution') b GROUP BY b.ticket, b.at, b.value HAVING SUM(b.sign) <> 0 LIMIT 5"
    );
    WAITS = "SELECT b.ticket FROM (SELECT m.ticket, m.at, m.value, m.weight AS sign FROM measurements m \
             WHERE m.measure IN ('requester-wait', 'agent-wait') UNION ALL SELECT m.ticket, m.at, (SELECT \
             CAST(COALESCE(SUM(i.to_at - i.from_at), 0) AS BIGINT) FROM status_intervals i WHERE i.ticket = m.ticket \
             AND i.to_at <= m.at AND i.status NOT IN ('resolved', 'closed') \
             AND (i.status = 'pending') = (w.name = 'agent')), -m.weight FROM measurements m CROSS JOIN \
             (SELECT 'requester' AS name UNION ALL SELECT 'agent') w WHERE m.measure = 'full-resolution') b \
             GROUP BY b.ticket, b.at, b.value HAVING SUM(b.sign) <> 0 LIMIT 5";
    ANSWERS = concat!(
        "SELECT t.id FROM tickets t LEFT JOIN (SELECT ticket, COUNT(*) AS times, SUM(CASE WHEN measure = 'first-response' \
         THEN 1 ELSE 0 END) AS firsts FROM measurements WHERE measure IN ('first-response', 'next-response') \
         GROUP BY ticket) a ON a.ticket = t.id WHERE COALESCE(a.firsts, 0) <> CASE WHEN t.opened_by IS NOT NULL \
         THEN COALESCE(a.firsts, 0) WHEN t.first_response_at IS NULL THEN 0 ELSE 1 END \
         OR COALESCE(a.times, 0) > (SELECT COUNT(*) FROM ", answers!(), ") LIMIT 5"
    );
    FIRST_ANSWERS = "SELECT m.ticket FROM measurements m JOIN tickets t ON t.id = m.ticket \
                     WHERE m.measure = 'first-response' AND t.opened_by IS NULL AND (m.at <> t.first_response_at \
                     OR m.value <> CASE WHEN m.at > t.created_at THEN m.at - t.created_at ELSE 0 END) LIMIT 5";
    NEXT_ANSWERS = "SELECT n.ticket FROM measurements n JOIN tickets t ON t.id = n.ticket WHERE n.measure = 'next-response' \
                    AND (NOT EXISTS (SELECT 1 FROM messages m WHERE m.ticket = n.ticket AND m.sender = n.agent \
                    AND m.created_at = n.at) OR (n.value > 0 AND NOT EXISTS (SELECT 1 FROM messages m \
                    WHERE m.ticket = n.ticket AND m.sender <> n.agent AND m.kind <> 'system' \
                    AND m.created_at = n.at - n.value))) LIMIT 5";
    FOLDED = "SELECT position, measure, at, value, weight, category, priority, team, agent FROM measurements \
              WHERE is_folded AND position > $1 ORDER BY position LIMIT 20000";
    COUNTED = "SELECT part, span, first_day, name, measure, bins FROM measured";
}

/// What each of these statements finds is wrong, and what is wrong then.
const RULES: [(&str, &str); 21] = [
    (MESSAGE_COUNT, "the number of messages is another"),
    (PLACES, "the places of messages go further"),
    (LAST_MESSAGE, "the last message is another"),
    (FIRST_RESPONSE, "the first response is another"),
    (WAITING, "nobody waits any more"),
    (DONE_TIMES, "the times of resolving and closing do not fit the status"),
    (PRESENT_STATUS, "the log of statuses ends with another"),
    (INTERVALS, "the log of statuses has a hole"),
    (INTERVAL_LINES, "the log of statuses differs from the timeline"),
    (REQUESTERS, "its student does not take part"),
    (MARKERS, "somebody has read further than it goes"),
    (NUMBERS_OF_DAYS, "a day's counter differs from the numbers given"),
    (LANES, "the lane counts other jobs than it has"),
    (CENSUS, "tickets are counted otherwise than they are"),
    (CREATED, "its opening is measured wrongly"),
    (MOVES, "resolving or reopening is measured wrongly"),
    (FIRST_RESOLUTIONS, "the first resolution is measured wrongly"),
    (FULL_RESOLUTIONS, "the full resolution is measured wrongly"),
    (WAITS, "the waiting until it was done is measured wrongly"),
    (ANSWERS, "there are other answers than were measured"),
    (FIRST_ANSWERS, "the first answer is measured wrongly"),
];

#[derive(FromRow)]
struct FoldedRow {
    position: i64,
    #[sqlx(flatten)]
    measured: MeasuredRow,
}

#[derive(FromRow)]
struct CountedRow {
    part: String,
    span: i64,
    first_day: i64,
    name: String,
    measure: String,
    bins: String,
}

/// Everything that differs from what it comes to; nothing when all is well. It reads the whole database.
pub async fn examine(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let mut wrong = Vec::new();
    for (statement, what) in RULES.into_iter().chain([(NEXT_ANSWERS, "a later answer is measured wrongly")]) {
        let found: Vec<String> = with_conn!(tx, |conn| sqlx::query_scalar(statement).fetch_all(conn).await?);
        if !found.is_empty() {
            wrong.push(format!("{what}: {}", found.join(", ")));
        }
    }
    let counted: Vec<CountedRow> = with_conn!(tx, |conn| sqlx::query_as(COUNTED).fetch_all(conn).await?);
    let mut expected = sums(tx).await?;
    for row in counted {
        let key = key(&row.part, (row.span, row.first_day), &row.name, &row.measure);
        let mut tally = Bins::default();
        tally.add_packed(&row.bins);
        let packed = expected.remove(&key).map(|tally| tally.packed()).unwrap_or_default();
        if tally.packed() != packed {
            wrong.push(format!("counted otherwise than measured: {key}"));
        }
    }
    let missing = expected.into_iter().filter(|(_, tally)| !tally.packed().is_empty());
    wrong.extend(missing.map(|(key, _)| format!("measured and not counted: {key}")));
    wrong.truncate(50);
    Ok(wrong)
}

/// What was measured and is said to be counted, counted again.
async fn sums(tx: &mut Tx) -> Result<BTreeMap<String, Bins>, DbError> {
    let (mut sums, mut after) = (BTreeMap::<String, Bins>::new(), 0);
    loop {
        let rows: Vec<FoldedRow> = with_conn!(tx, |conn| sqlx::query_as(FOLDED).bind(after).fetch_all(conn).await?);
        let Some(last) = rows.last() else { return Ok(sums) };
        after = last.position;
        for row in rows {
            let measured = Measured::try_from(row.measured)?;
            for (cell, bin) in measured.cells() {
                let Cell { part, span, first_day, name, measure } = cell;
                let key = key(part.as_str(), (span, first_day), &name, measure.as_str());
                sums.entry(key).or_default().add(bin, measured.weight);
            }
        }
    }
}

fn key(part: &str, (span, first_day): (i64, i64), name: &str, measure: &str) -> String {
    format!("{measure} of {part} {name} over {span} days from {first_day}")
}
