//! Tables as files: `messages.csv` with a header, or `messages.jsonl` with an object in each line. Names of files and columns count
//! without case, `_` and `-`, and a schema before the table's name is left out: `main.user_rooms.csv` is `UserRoom`'s as well.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Refusal;
use super::csv::{Broken, Csv, ROW_BYTES, Record};
use super::times::Micros;

/// A column that is read; others are passed over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Whether the table makes no sense without it.
    pub(super) required: bool,
}

/// A column that must be there.
pub(super) const fn must(name: &'static str) -> Column {
    Column { name, required: true }
}

/// A column that may be there.
pub(super) const fn may(name: &'static str) -> Column {
    Column { name, required: false }
}

/// A table of a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    /// How the file may be called, without its ending.
    pub(super) names: &'static [&'static str],
    pub(super) columns: &'static [Column],
}

/// Why a row cannot be imported.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadRow {
    pub(super) column: Option<&'static str>,
    pub(super) why: String,
}

impl BadRow {
    pub(super) fn at(column: &'static str, why: impl std::fmt::Display) -> Self {
        Self {
            column: Some(column),
            why: why.to_string(),
        }
    }

    fn whole(why: &str) -> Self {
        Self {
            column: None,
            why: why.to_owned(),
        }
    }
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// Where it begins in its file, from 1.
    pub(super) line: u64,
    columns: &'static [Column],
    values: Vec<Option<String>>,
}

impl Row {
    /// What stands in a column; `None`: nothing, or there is no such column.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|known| known.name == column)?;
        self.values.get(index)?.as_deref()
    }

    /// What must be there.
    pub(super) fn text(&self, column: &'static str) -> Result<&str, BadRow> {
        let text = self.get(column).filter(|text| !text.is_empty());
        text.ok_or_else(|| BadRow::at(column, "is empty"))
    }

    /// What is one of Parlour's values, or must be.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &self,
        column: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, BadRow> {
        parse(self.text(column)?).map_err(|why| BadRow::at(column, why))
    }

    /// The same where there may be none.
    pub(super) fn parsed_if_any<T, E: std::fmt::Display>(
        &self,
        column: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, BadRow> {
        match self.get(column).filter(|text| !text.trim().is_empty()) {
            Some(text) => parse(text).map(Some).map_err(|why| BadRow::at(column, why)),
            None => Ok(None),
        }
    }

    pub(super) fn time(&self, column: &'static str) -> Result<Micros, BadRow> {
        self.parsed(column, |text| Micros::parse(text).ok_or("is no time"))
    }

    pub(super) fn time_if_any(&self, column: &'static str) -> Result<Option<Micros>, BadRow> {
        self.parsed_if_any(column, |text| Micros::parse(text).ok_or("is no time"))
    }

    /// Yes or no, as databases write it; nothing is no.
    pub(super) fn flag(&self, column: &'static str) -> Result<bool, BadRow> {
        match self.get(column).unwrap_or_default().to_ascii_lowercase().as_str() {
            "t" | "true" | "1" | "yes" => Ok(true),
            "" | "f" | "false" | "0" | "no" => Ok(false),
            _ => Err(BadRow::at(column, "is neither true nor false")),
        }
    }
}

/// A line and what stands in it: a row is good or bad by itself.
pub(super) type Read = (u64, Result<Row, BadRow>);

/// The file of a table, if there is one.
pub(super) fn find(folder: &Path, table: &Table) -> Result<Option<PathBuf>, Refusal> {
    let unreadable = |source| Refusal::file(folder.display(), source);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let known = |text: Option<&std::ffi::OsStr>| text.and_then(|text| text.to_str()).map(str::to_owned);
        let (stem, ending) = (known(path.file_stem()), known(path.extension()));
        let is_table = stem.is_some_and(|stem| {
            let name = stem.rsplit('.').next().unwrap_or_default();
            table.names.iter().any(|wanted| plain(wanted) == plain(name))
        });
        if is_table && ending.is_some_and(|ending| ending == "csv" || ending == "jsonl") {
            found.push(path);
        }
    }
    if found.len() > 1 {
        let names: Vec<_> = found.iter().map(|path| name_of(path)).collect();
        return Err(Refusal::Whole(format!(
            "these files are all of the table `{}`: {}",
            table.names[0],
            names.join(", ")
        )));
    }
    Ok(found.pop())
}

/// The file's name, for messages.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct Rows {
    path: PathBuf,
    table: Table,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// For each column of the table its place in a record; and how many fields a record has.
    Csv(Csv<BufReader<File>>, Vec<Option<usize>>, usize),
    Lines(BufReader<File>, u64),
}

impl Rows {
    /// Opens a file; of CSV it reads the header.
    pub(super) fn open(path: PathBuf, table: Table) -> Result<Self, Refusal> {
        let file = File::open(&path).map_err(|source| Refusal::file(path.display(), source))?;
        let mut input = BufReader::new(file);
        skip_mark(&mut input).map_err(|source| Refusal::file(path.display(), source))?;
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            let form = Form::Lines(input, 0);
            return Ok(Self { path, table, form });
        }
        let mut csv = Csv::new(input);
        let header = csv.record().map_err(|why| broken(&path, 1, &why))?.unwrap_or_default();
        let names: Vec<String> = header.iter().map(|name| plain(&lossy(name))).collect();
        let place = |column: &Column| names.iter().position(|name| *name == plain(column.name));
        let places: Vec<_> = table.columns.iter().map(place).collect();
        for (column, place) in table.columns.iter().zip(&places) {
            if column.required && place.is_none() {
                return Err(Refusal::Whole(format!(
                    "{}, line 1: there is no column `{}`",
                    name_of(&path),
                    column.name
                )));
            }
        }
        let form = Form::Csv(csv, places, names.len());
        Ok(Self { path, table, form })
    }

    /// The next row, with its line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Read>, Refusal> {
        let columns = self.table.columns;
        match &mut self.form {
            Form::Csv(csv, places, fields) => loop {
                let line = csv.line;
                let Some(record) = csv.record().map_err(|why| broken(&self.path, line, &why))? else {
                    return Ok(None);
                };
                if record == [None] && *fields > 1 {
                    continue;
                }
                let values = values(record, places, *fields);
                return Ok(Some((line, values.map(|values| Row { line, columns, values }))));
            },
            Form::Lines(input, line) => loop {
                let mut text = Vec::new();
                let limit = ROW_BYTES as u64 + 1;
                let read = input.by_ref().take(limit).read_until(b'\n', &mut text);
                read.map_err(|source| Refusal::file(self.path.display(), source))?;
                if text.is_empty() {
                    return Ok(None);
                }
                *line += 1;
                if text.len() > ROW_BYTES {
                    return Err(broken(
                        &self.path,
                        *line,
                        &Broken::Form("the line is larger than 1 MiB"),
                    ));
                }
                if text.trim_ascii().is_empty() {
                    continue;
                }
                let (line, values) = (*line, object(&text, columns));
                return Ok(Some((line, values.map(|values| Row { line, columns, values }))));
            },
        }
    }
}

/// Passes over the mark that some programs put before UTF-8.
fn skip_mark(input: &mut BufReader<File>) -> io::Result<()> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    if input.fill_buf()?.starts_with(MARK) {
        input.consume(MARK.len());
    }
    Ok(())
}

fn broken(path: &Path, line: u64, why: &Broken) -> Refusal {
    Refusal::Whole(format!("{}, line {line}: {why}", name_of(path)))
}

fn lossy(field: &Option<Vec<u8>>) -> String {
    String::from_utf8_lossy(field.as_deref().unwrap_or_default()).into_owned()
}

fn values(mut record: Record, places: &[Option<usize>], fields: usize) -> Result<Vec<Option<String>>, BadRow> {
    if record.len() != fields {
        return Err(BadRow::whole("has not as many fields as the header"));
    }
    let mut values = Vec::with_capacity(places.len());
    for place in places {
        let field = place.and_then(|place| record[place].take());
        let text = field.map(String::from_utf8).transpose();
        values.push(text.map_err(|_| BadRow::whole("is no UTF-8"))?);
    }
    Ok(values)
}

fn object(line: &[u8], columns: &[Column]) -> Result<Vec<Option<String>>, BadRow> {
    let object: Map<String, Value> =
        serde_json::from_slice(line).map_err(|_| BadRow::whole("is no JSON object in one line"))?;
    let value = |column: &Column| {
        let found = object.iter().find(|(name, _)| plain(name) == plain(column.name));
        match found.map(|(_, value)| value) {
            None if column.required => Err(BadRow::at(column.name, "is missing")),
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Ok(Some(other.to_string())),
        }
    };
    columns.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table {
        names: &["UserRoom", "user_rooms"],
        columns: &[must("room_id"), may("deleted_at")],
    };

    fn folder(name: &str, text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        folder
    }

    fn read(name: &str, text: &str) -> Result<Vec<Read>, Refusal> {
        let folder = folder(name, text);
        let file = find(folder.path(), &TABLE)?;
        let Some(file) = file else { return Ok(Vec::new()) };
        let mut rows = Rows::open(file, TABLE)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(row);
        }
        Ok(all)
    }

    #[test]
    fn both_forms_give_the_same_rows() {
        let csv = "\u{feff}RoomId,other,deletedAt\nr1,x,\nr2,y,2024-01-01 00:00:00\n";
        let lines = "{\"room_id\":\"r1\",\"other\":{}}\n\n{\"roomId\":\"r2\",\"deleted_at\":1704067200}\n";
        for (name, text, second) in [("main.user_rooms.csv", csv, 3), ("UserRoom.jsonl", lines, 3)] {
            let rows = read(name, text).unwrap();
            assert_eq!(rows.len(), 2, "{name}");
            let (first, last) = (rows[0].1.as_ref().unwrap(), rows[1].1.as_ref().unwrap());
            assert_eq!(first.text("room_id"), Ok("r1"));
            assert_eq!(first.time_if_any("deleted_at"), Ok(None));
            assert_eq!(
                last.time("deleted_at").unwrap().timestamp().seconds(),
                1_704_067_200,
                "{name}"
            );
            assert_eq!(rows[1].0, second, "the line of the file");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let refusal = read("userroom.csv", "room,deleted_at\n").unwrap_err().to_string();
        assert_eq!(refusal, "userroom.csv, line 1: there is no column `room_id`");
        let rows = read("userroom.csv", "room_id,deleted_at\n,\na\nb,c,d\n").unwrap();
        assert_eq!(
            rows[0].1.as_ref().unwrap().text("room_id").unwrap_err().column,
            Some("room_id")
        );
        assert!(rows[1].1.is_err() && rows[2].1.is_err());
        let rows = read("userroom.jsonl", "{}\nnothing\n").unwrap();
        assert_eq!(rows[0].1.as_ref().unwrap_err().column, Some("room_id"));
        assert!(rows[1].1.is_err());
    }

    #[test]
    fn a_table_has_one_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(find(folder.path(), &TABLE).unwrap().is_none());
        fs::write(folder.path().join("user_room.csv"), "room_id\n").unwrap();
        fs::write(folder.path().join("user_room.txt"), "").unwrap();
        assert!(find(folder.path(), &TABLE).unwrap().is_some());
        fs::write(folder.path().join("UserRoom.jsonl"), "").unwrap();
        assert!(find(folder.path(), &TABLE).is_err());
    }

    #[test]
    fn flags_as_databases_write_them() {
        let rows = read("userroom.csv", "room_id,deleted_at\nx,t\nx,FALSE\nx,1\nx,\nx,maybe\n").unwrap();
        let flags: Vec<_> = rows
            .iter()
            .map(|row| row.1.as_ref().unwrap().flag("deleted_at").ok())
            .collect();
        assert_eq!(flags, [Some(true), Some(false), Some(true), Some(false), None]);
    }
}
