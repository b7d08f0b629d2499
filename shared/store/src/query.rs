//! One page of a query: what every list of the store is read by.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::error::{StoreError, classify};
use crate::row::{Item, text, text_of};
use crate::{Store, keys};

/// Which rows of a partition, by their sort keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    All,
    /// Those behind this one.
    After(&'a str),
    /// Those before this one.
    Before(&'a str),
    /// Those that begin so.
    Begins(&'a str),
    /// From the first to the second, both included.
    Between(&'a str, &'a str),
}

impl<'a> Part<'a> {
    /// Those behind `place`, or all.
    pub(crate) fn after(place: Option<&'a str>) -> Self {
        place.map_or(Self::All, Self::After)
    }

    /// Those before `place`, or all.
    pub(crate) fn before(place: Option<&'a str>) -> Self {
        place.map_or(Self::All, Self::Before)
    }

    /// The condition on a sort key, if there is one, and its values.
    fn condition(self, sk: &str) -> (String, Vec<(&'static str, &'a str)>) {
        match self {
            Self::All => (String::new(), Vec::new()),
            Self::After(place) => (format!(" AND {sk} > :place"), vec![(":place", place)]),
            Self::Before(place) => (format!(" AND {sk} < :place"), vec![(":place", place)]),
            Self::Begins(prefix) => (format!(" AND begins_with({sk}, :prefix)"), vec![(":prefix", prefix)]),
            Self::Between(from, to) => (
                format!(" AND {sk} BETWEEN :from AND :to"),
                vec![(":from", from), (":to", to)],
            ),
        }
    }
}

/// A page of rows, or of lines of an index, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Item>,
    /// The key of the last one, if there are more.
    pub(crate) next: Option<Item>,
}

impl Rows {
    /// One page: at most `limit` rows where one is given, and 1 MB.
    pub(crate) async fn read(query: QueryFluentBuilder, limit: Option<usize>) -> Result<Self, StoreError> {
        let limit = limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.set_limit(limit).send().await.map_err(classify)?;
        Ok(Self {
            rows: page.items.unwrap_or_default(),
            next: page.last_evaluated_key,
        })
    }

    /// The place in the index behind which the next page begins.
    pub(crate) fn next_place(&self) -> Option<String> {
        text_of(self.next.as_ref()?, keys::INDEX_SK).map(str::to_owned)
    }
}

impl Store {
    /// A query of the rows of a partition, in the order of their sort keys and a moment behind unless it is told otherwise.
    pub(crate) fn rows(&self, table: &str, partition: impl Into<String>, part: Part<'_>) -> QueryFluentBuilder {
        self.ask(table, (keys::PK, keys::SK), partition.into(), part)
    }

    /// A query of lines of the inverted index, which have keys and nothing else.
    pub(crate) fn lines(&self, partition: impl Into<String>, part: Part<'_>) -> QueryFluentBuilder {
        let names = (keys::INDEX_PK, keys::INDEX_SK);
        self.ask(&self.tables.chat, names, partition.into(), part)
            .index_name(keys::INVERTED)
    }

    /// The same of the lease index.
    pub(crate) fn leases(&self, partition: impl Into<String>, part: Part<'_>) -> QueryFluentBuilder {
        let names = (keys::INDEX_PK, keys::INDEX_SK);
        self.ask(&self.tables.connections, names, partition.into(), part)
            .index_name(keys::LEASES)
    }

    fn ask(&self, table: &str, (pk, sk): (&str, &str), partition: String, part: Part<'_>) -> QueryFluentBuilder {
        let (condition, values) = part.condition(sk);
        let mut query = self
            .client
            .query()
            .table_name(table)
            .key_condition_expression(format!("{pk} = :p{condition}"))
            .expression_attribute_values(":p", text(partition));
        for (name, value) in values {
            query = query.expression_attribute_values(name, text(value));
        }
        query
    }

    /// The first places of a partition of the inverted index that sort before `before`, at most `limit`.
    pub(crate) async fn places_before(
        &self,
        partition: String,
        before: &str,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let page = Rows::read(self.lines(partition, Part::Before(before)), Some(limit)).await?;
        let place = |row: &Item| text_of(row, keys::INDEX_SK).map(str::to_owned);
        Ok(page.rows.iter().filter_map(place).collect())
    }
}
