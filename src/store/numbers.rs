//! Numbers about tickets as they are read: counts of now, and what was measured in a stretch of time.
use sqlx::FromRow;

use super::measurements::{MeasuredRow, measure};
use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::numbers::Measure;
use crate::domain::rollup::{Measured, Part};

/// The condition that leaves tickets or measurements of one category, priority, team or person; '' leaves all.
macro_rules! fitting {
    ($first:literal, $team:literal, $person:literal) => {
        concat!(
            "($",
            $first,
            " = '' OR category = $",
            $first,
            ") AND ($2 = '' OR priority = $2) AND ($3 = '' OR ",
            $team,
            " = $3) AND ($4 = '' OR ",
            $person,
            " = $4)"
        )
    };
}

/// Of the census: each ticket counts under its status, category, priority and assignee.
macro_rules! census {
    ($($dimension:literal),+) => {
        concat!(
            "WITH counted AS (SELECT status, category, priority, team, assignee, tickets FROM census UNION ALL \
             SELECT status, category, priority, team, assignee, change FROM census_changes), \
             chosen AS (SELECT status, category, priority, assignee, tickets, \
             CASE WHEN status IN ('resolved', 'closed') THEN 0 ELSE tickets END AS undone FROM counted WHERE ",
            fitting!("1", "team", "assignee"),
            ") SELECT 'all' AS dimension, '' AS name, CAST(COALESCE(SUM(tickets), 0) AS BIGINT) AS tickets, \
             CAST(COALESCE(SUM(undone), 0) AS BIGINT) AS undone FROM chosen"
            $(, " UNION ALL SELECT '", $dimension, "', ", $dimension, ", CAST(SUM(tickets) AS BIGINT), \
             CAST(SUM(undone) AS BIGINT) FROM chosen GROUP BY ", $dimension)+
        )
    };
}

statements! {
    CENSUS = census!("status", "category", "priority", "assignee");
    BACKLOG = concat!(
        "SELECT CAST(CASE WHEN created_at > $5 THEN 0 WHEN created_at > $6 THEN 1 WHEN created_at > $7 THEN 2 ELSE 3 END \
         AS BIGINT) AS age, COUNT(*) FROM tickets WHERE status NOT IN ('resolved', 'closed') AND ",
        fitting!("1", "team", "assigned_to"), " GROUP BY 1"
    );
    /// All that was measured alike in one row, so that few rows are handed on.
    BETWEEN = concat!(
        "SELECT CAST(0 AS BIGINT) AS tag, measure, CASE WHEN $7 THEN agent ELSE '' END AS name, \
         string_agg(CAST(value AS TEXT) || ':' || CAST(weight AS TEXT), ' ') AS bins FROM measurements \
         WHERE at >= $5 AND at < $6 AND ",
        fitting!("1", "team", "agent"), " GROUP BY 2, 3"
    );
    /// The sign keeps it off the index of `at`: there are few that are not folded, whatever the period.
    NEW_BETWEEN = concat!(
        "SELECT measure, at, value, weight, category, priority, team, agent FROM measurements WHERE NOT is_folded \
         AND +at >= $5 AND +at < $6 AND ",
        fitting!("1", "team", "agent")
    );
}

/// Which tickets numbers are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub part: Part,
    /// Of the category, priority, team or person; empty for all tickets.
    pub name: String,
}

impl Chosen {
    /// The name, when they are chosen by this.
    fn by(&self, part: Part) -> &str {
        if self.part == part { &self.name } else { "" }
    }
}

/// How many tickets have something in common.
#[derive(Clone, Debug, FromRow)]
pub struct Count {
    /// What they have in common: `status`, `category`, `priority`, `assignee`, or `all`.
    pub dimension: String,
    /// Empty for nobody.
    pub name: String,
    pub tickets: i64,
    /// Those that are neither resolved nor closed.
    pub undone: i64,
}

/// How many tickets there are now of each status, category, priority and assignee.
pub async fn census(tx: &mut Tx, chosen: &Chosen) -> Result<Vec<Count>, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_as(CENSUS)
        .bind(chosen.by(Part::Category))
        .bind(chosen.by(Part::Priority))
        .bind(chosen.by(Part::Team))
        .bind(chosen.by(Part::Agent))
        .fetch_all(conn)
        .await?))
}

/// How many tickets are not done: opened after the first of these times, after the second, after the third, and earlier.
pub async fn backlog(tx: &mut Tx, chosen: &Chosen, after: [Time; 3]) -> Result<[i64; 4], DbError> {
    let [first, second, third] = after.map(|time| time.timestamp_millis());
    let rows: Vec<(i64, i64)> = with_conn!(tx, |conn| sqlx::query_as(BACKLOG)
        .bind(chosen.by(Part::Category))
        .bind(chosen.by(Part::Priority))
        .bind(chosen.by(Part::Team))
        .bind(chosen.by(Part::Agent))
        .bind(first)
        .bind(second)
        .bind(third)
        .fetch_all(conn)
        .await?);
    let mut ages = [0; 4];
    for (age, count) in rows {
        if let Some(place) = usize::try_from(age).ok().and_then(|age| ages.get_mut(age)) {
            *place = count;
        }
    }
    Ok(ages)
}

/// The measurements from `start` to before `end`, in milliseconds: of each measure, and of each agent if so asked, the
/// values and their weights as bins and times.
pub async fn between(
    tx: &mut Tx,
    chosen: &Chosen,
    (start, end): (i64, i64),
    by_agent: bool,
) -> Result<Vec<Counted>, DbError> {
    let rows: Vec<CountedRow> = with_conn!(tx, |conn| sqlx::query_as(BETWEEN)
        .bind(chosen.by(Part::Category))
        .bind(chosen.by(Part::Priority))
        .bind(chosen.by(Part::Team))
        .bind(chosen.by(Part::Agent))
        .bind(start)
        .bind(end)
        .bind(by_agent)
        .fetch_all(conn)
        .await?);
    rows.into_iter().map(Counted::try_from).collect()
}

/// The single measurements from `start` to before `end`, in milliseconds, that no count has yet.
pub async fn new_between(tx: &mut Tx, chosen: &Chosen, (start, end): (i64, i64)) -> Result<Vec<Measured>, DbError> {
    let rows: Vec<MeasuredRow> = with_conn!(tx, |conn| sqlx::query_as(NEW_BETWEEN)
        .bind(chosen.by(Part::Category))
        .bind(chosen.by(Part::Priority))
        .bind(chosen.by(Part::Team))
        .bind(chosen.by(Part::Agent))
        .bind(start)
        .bind(end)
        .fetch_all(conn)
        .await?);
    rows.into_iter().map(Measured::try_from).collect()
}

/// Counts that are asked for together.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// What the asker calls them.
    pub tag: i64,
    pub span: i64,
    /// The first days of the first and, not included, of the last.
    pub days: (i64, i64),
    pub measures: &'a [Measure],
    /// Whether each day's bins are to follow its number, as `@day`.
    pub by_day: bool,
}

/// What is counted of a measure over some time.
#[derive(Clone, Debug)]
pub struct Counted {
    pub tag: i64,
    pub measure: Measure,
    /// Of the category, priority, team or agent.
    pub name: String,
    /// As [`Bins::packed`](crate::domain::numbers::Bins::packed) writes it; a bin may be there several times.
    pub bins: String,
}

#[derive(FromRow)]
struct CountedRow {
    tag: i64,
    measure: String,
    name: String,
    bins: String,
}

impl TryFrom<CountedRow> for Counted {
    type Error = DbError;

    fn try_from(row: CountedRow) -> Result<Self, DbError> {
        Ok(Self { tag: row.tag, measure: measure(&row.measure)?, name: row.name, bins: row.bins })
    }
}

/// All these counts, by one statement; of every name of the part when none is given.
pub async fn counted(tx: &mut Tx, chosen: &Chosen, wanted: &[Wanted<'_>]) -> Result<Vec<Counted>, DbError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<CountedRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new("");
        for (place, block) in wanted.iter().enumerate() {
            select.push(if place == 0 { "SELECT CAST(" } else { " UNION ALL SELECT CAST(" });
            select.push_bind(block.tag);
            select.push(" AS BIGINT) AS tag, measure, name, ");
            select.push(if block.by_day {
                "string_agg('@' || CAST(first_day AS TEXT) || ' ' || bins, ' ')"
            } else {
                "string_agg(bins, ' ')"
            });
            select.push(" AS bins FROM measured WHERE part = ").push_bind(chosen.part.as_str());
            select.push(" AND span = ").push_bind(block.span);
            select.push(" AND first_day >= ").push_bind(block.days.0).push(" AND first_day < ").push_bind(block.days.1);
            if !chosen.name.is_empty() {
                select.push(" AND name = ").push_bind(chosen.name.as_str());
            }
            let mut list = select.push(" AND measure IN (").separated(", ");
            for measure in block.measures {
                list.push_bind(measure.as_str());
            }
            select.push(") GROUP BY measure, name");
        }
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(Counted::try_from).collect()
}
