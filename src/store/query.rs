//! Statements that are put together at run time: constant pieces, numbers of the desk's own, and binds. Nothing that
//! somebody wrote can become a part of the text.

/// What is bound.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

#[derive(Clone, Debug)]
pub enum Piece {
    Text(&'static str),
    /// Written out: a limit that is bound hides from PostgreSQL how little is wanted.
    Number(i64),
    Bind(Value),
}

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub struct Sql(Vec<Piece>);

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Self(vec![Piece::Text(text)])
    }

    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.0.push(Piece::Text(text));
        self
    }

    pub fn number(&mut self, number: i64) -> &mut Self {
        self.0.push(Piece::Number(number));
        self
    }

    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.0.push(Piece::Bind(value.into()));
        self
    }

    pub fn append(&mut self, other: Self) -> &mut Self {
        self.0.extend(other.0);
        self
    }

    /// `($1, $2, …)`.
    pub fn list<'v>(&mut self, values: impl IntoIterator<Item = &'v str>) -> &mut Self {
        for (index, value) in values.into_iter().enumerate() {
            self.push(if index == 0 { "(" } else { ", " }).bind(value);
        }
        self.push(")")
    }

    pub fn pieces(self) -> impl Iterator<Item = Piece> {
        self.0.into_iter()
    }
}

/// Reads all rows of an [`Sql`] on whichever connection the transaction holds.
macro_rules! fetch_all {
    ($tx:expr, $sql:expr) => {
        with_conn!($tx, |conn| {
            let mut builder = sqlx::QueryBuilder::new("");
            for piece in $sql.pieces() {
                match piece {
                    $crate::store::query::Piece::Text(text) => builder.push(text),
                    $crate::store::query::Piece::Number(number) => builder.push(number),
                    $crate::store::query::Piece::Bind($crate::store::query::Value::Text(text)) => {
                        builder.push_bind(text)
                    }
                    $crate::store::query::Piece::Bind($crate::store::query::Value::Number(number)) => {
                        builder.push_bind(number)
                    }
                };
            }
            builder.build_query_as().fetch_all(conn).await?
        })
    };
}
pub(super) use fetch_all;
