//! CSV as databases export it: RFC 4180, with what stands without quotes and is empty or `\N` as no value at all.

use std::io::{self, BufRead};

/// The largest row. A quote that is missing would make one of all the rest of a file.
pub(super) const ROW_BYTES: usize = 1 << 20;

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The file system said no.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It is no CSV from here on.
    #[error("{0}")]
    Form(&'static str),
}

/// The fields of a record, as bytes.
pub(super) type Record = Vec<Option<Vec<u8>>>;

/// A file, record by record.
#[derive(Debug)]
pub(super) struct Csv<R> {
    input: R,
    /// The line that the next record begins in, from 1.
    pub(super) line: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// After a quote in quotes: the end, or half of a quote.
    Closing,
}

impl<R: BufRead> Csv<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, line: 1 }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let Some(byte) = self.input.fill_buf()?.first().copied() else {
            return Ok(None);
        };
        self.input.consume(1);
        self.line += u64::from(byte == b'\n');
        Ok(Some(byte))
    }

    /// The next record; `None` at the end of the file.
    pub(super) fn record(&mut self) -> Result<Option<Record>, Broken> {
        let (mut record, mut field, mut state) = (Record::new(), Field::default(), State::Start);
        let mut size = 0;
        loop {
            let Some(byte) = self.byte()? else {
                return match state {
                    State::Quoted => Err(Broken::Form("a quote is not closed")),
                    State::Start if record.is_empty() => Ok(None),
                    _ => Ok(Some(ended(record, field))),
                };
            };
            size += 1;
            if size > ROW_BYTES {
                return Err(Broken::Form("a row is larger than 1 MiB; is a quote not closed?"));
            }
            match (state, byte) {
                (State::Quoted, b'"') => state = State::Closing,
                (State::Quoted, _) => field.bytes.push(byte),
                (State::Start, b'"') => {
                    field.quoted = true;
                    state = State::Quoted;
                }
                (State::Closing, b'"') => {
                    field.bytes.push(byte);
                    state = State::Quoted;
                }
                (_, b',') => {
                    record.push(std::mem::take(&mut field).value());
                    state = State::Start;
                }
                (_, b'\n') => return Ok(Some(ended(record, field))),
                (State::Closing, b'\r') => {}
                (State::Closing, _) => return Err(Broken::Form("something follows a closing quote")),
                (State::Start | State::Plain, _) => {
                    field.bytes.push(byte);
                    state = State::Plain;
                }
            }
        }
    }
}

fn ended(mut record: Record, mut field: Field) -> Record {
    if !field.quoted && field.bytes.last() == Some(&b'\r') {
        field.bytes.pop();
    }
    record.push(field.value());
    record
}

#[derive(Default)]
struct Field {
    bytes: Vec<u8>,
    quoted: bool,
}

impl Field {
    fn value(self) -> Option<Vec<u8>> {
        let none = !self.quoted && (self.bytes.is_empty() || self.bytes == b"\\N");
        (!none).then_some(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<Option<String>>> {
        let mut csv = Csv::new(text.as_bytes());
        let mut records = Vec::new();
        while let Some(record) = csv.record().unwrap() {
            let text = |field: Option<Vec<u8>>| field.map(|bytes| String::from_utf8(bytes).unwrap());
            records.push(record.into_iter().map(text).collect());
        }
        records
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn quotes_commas_and_line_breaks_are_text_in_quotes() {
        let records = read("id,body\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,d\\e");
        let expected = [
            [some("id"), some("body")],
            [some("1"), some("a, \"b\"\nc")],
            [some("2"), some("d\\e")],
        ];
        assert_eq!(records, expected);
    }

    #[test]
    fn no_value_is_not_an_empty_text() {
        assert_eq!(read(",\"\",\\N,\"\\N\"\n"), [[None, some(""), None, some("\\N")]]);
        assert_eq!(read("a,\n"), [[some("a"), None]]);
        assert!(read("").is_empty());
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let mut csv = Csv::new("a\n\"b\nc\"\nd\n".as_bytes());
        let mut lines = Vec::new();
        loop {
            lines.push(csv.line);
            if csv.record().unwrap().is_none() {
                break;
            }
        }
        assert_eq!(lines, [1, 2, 4, 5]);
    }

    #[test]
    fn what_is_no_csv_is_said() {
        for text in ["\"a", "\"a\"b\n"] {
            assert!(
                matches!(Csv::new(text.as_bytes()).record(), Err(Broken::Form(_))),
                "{text}"
            );
        }
        let long = format!("\"{}", "x".repeat(ROW_BYTES));
        assert!(matches!(Csv::new(long.as_bytes()).record(), Err(Broken::Form(_))));
    }
}
