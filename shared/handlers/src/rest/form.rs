//! `multipart/form-data` (RFC 7578), part by part and piece by piece: of a form of any size no more is in memory than one piece.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use parlour_protocol::InvalidInput;
use parlour_service::Error;
use parlour_service::files::Contents;
use percent_encoding::percent_decode_str;
use tokio::time::timeout;

/// Most bytes of the headers of a part.
const HEAD: usize = 8 * 1024;
/// The longest boundary, by RFC 2046.
const BOUNDARY: usize = 70;
/// The next piece may take so long.
const PIECE: Duration = Duration::from_secs(30);
/// Of a form that is refused so much is read all the same, and for so long: who still sends would not see the answer otherwise.
const DRAINED: usize = 256 * 1024;
const DRAIN: Duration = Duration::from_secs(1);

/// A form that is being read.
#[derive(Debug)]
pub(crate) struct Form {
    body: BodyDataStream,
    /// What ends a part: a line break, two dashes and the boundary.
    delimiter: Vec<u8>,
    buffer: BytesMut,
    /// Bytes that may still come.
    left: u64,
    /// In a part, or in what stands before the first.
    within: bool,
    ended: bool,
}

/// The head of a part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The field.
    pub(crate) name: String,
    /// What it says if it is a file.
    pub(crate) file: Option<FilePart>,
}

/// What a part says of its file. Nothing of it is checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FilePart {
    /// Its name; empty: no file was chosen.
    pub(crate) name: String,
    /// Its media type, in lower case and without parameters.
    pub(crate) content_type: String,
}

fn bad(reason: &str) -> Error {
    InvalidInput::new("body", reason).into()
}

fn no_form() -> Error {
    bad("must be parts between boundaries, to the last one (RFC 7578)")
}

impl Form {
    /// A form of at most so many bytes, as its headers describe it.
    pub(crate) fn new(headers: &HeaderMap, body: Body, most: u64) -> Result<Self, Error> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let announced = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > most) {
            return Err(Error::TooLarge);
        }
        let kind = text(CONTENT_TYPE).and_then(|kind| parameters(kind.split_once(';')?.1));
        let boundary = kind.and_then(|kind| value_of(kind, "boundary"));
        let fits = |boundary: &String| !boundary.is_empty() && boundary.len() <= BOUNDARY;
        let boundary = boundary.filter(fits).ok_or_else(no_form)?;
        Ok(Self {
            body: body.into_data_stream(),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first boundary need not follow a line break.
            buffer: BytesMut::from("\r\n"),
            left: most,
            within: true,
            ended: false,
        })
    }

    /// The next part; what was not read of the one before is passed over.
    pub(crate) async fn part(&mut self) -> Result<Option<Part>, Error> {
        if self.ended {
            return Ok(None);
        }
        while self.piece().await?.is_some() {}
        while self.buffer.len() < 2 {
            self.fill().await?;
        }
        if self.buffer.starts_with(b"--") {
            self.ended = true;
            return Ok(None);
        }
        if !self.buffer.starts_with(b"\r\n") {
            return Err(no_form());
        }
        self.buffer.advance(2);
        let head = self.head().await?;
        self.within = true;
        let head = std::str::from_utf8(&head).ok().and_then(head_of);
        head.map(Some).ok_or_else(no_form)
    }

    async fn head(&mut self) -> Result<Bytes, Error> {
        loop {
            let looked_at = &self.buffer[..self.buffer.len().min(HEAD)];
            if let Some(end) = find(looked_at, b"\r\n\r\n") {
                let head = self.buffer.split_to(end).freeze();
                self.buffer.advance(4);
                return Ok(head);
            }
            if looked_at.len() == HEAD {
                return Err(no_form());
            }
            self.fill().await?;
        }
    }

    /// The next piece of the part; `None`: it has ended.
    pub(crate) async fn piece(&mut self) -> Result<Option<Bytes>, Error> {
        if !self.within {
            return Ok(None);
        }
        loop {
            match find(&self.buffer, &self.delimiter) {
                Some(0) => {
                    self.buffer.advance(self.delimiter.len());
                    self.within = false;
                    return Ok(None);
                }
                Some(end) => return Ok(Some(self.buffer.split_to(end).freeze())),
                None => {}
            }
            // The last bytes may be the beginning of a delimiter.
            let certain = (self.buffer.len() + 1).saturating_sub(self.delimiter.len());
            if certain > 0 {
                return Ok(Some(self.buffer.split_to(certain).freeze()));
            }
            self.fill().await?;
        }
    }

    /// The rest of the part as text of at most so many bytes.
    pub(crate) async fn text(&mut self, most: usize) -> Result<String, Error> {
        let mut text = Vec::new();
        while let Some(piece) = self.piece().await? {
            if text.len() + piece.len() > most {
                return Err(Error::TooLarge);
            }
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).map_err(|_| bad("must have texts of UTF-8"))
    }

    /// The rest of the part, piece by piece.
    pub(crate) fn contents(&mut self) -> Contents<'_> {
        Box::pin(stream::try_unfold(self, |form| async move {
            let piece = form.piece().await?;
            Ok::<_, Error>(piece.map(|piece| (piece, form)))
        }))
    }

    /// Reads on for a moment, for whoever still sends.
    pub(crate) async fn drain(&mut self) {
        let reading = async {
            let mut read = 0;
            while let Some(Ok(piece)) = self.body.next().await {
                read += piece.len();
                if read > DRAINED {
                    break;
                }
            }
        };
        let _ = timeout(DRAIN, reading).await;
    }

    async fn fill(&mut self) -> Result<(), Error> {
        let piece = timeout(PIECE, self.body.next()).await;
        let piece = piece.map_err(|_| bad("must come without long pauses"))?;
        let Some(Ok(piece)) = piece else { return Err(no_form()) };
        let left = self.left.checked_sub(piece.len() as u64);
        self.left = left.ok_or(Error::TooLarge)?;
        self.buffer.extend_from_slice(&piece);
        Ok(())
    }
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

/// The head of a part; `None`: it is none of a form.
fn head_of(head: &str) -> Option<Part> {
    let (mut disposition, mut content_type) = (None, "application/octet-stream".to_owned());
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-disposition") {
            let (kind, rest) = value.split_once(';')?;
            if !kind.trim().eq_ignore_ascii_case("form-data") || disposition.is_some() {
                return None;
            }
            disposition = Some(parameters(rest)?);
        } else if name.eq_ignore_ascii_case("content-type") {
            let kind = value.split(';').next().unwrap_or_default();
            content_type = kind.trim().to_ascii_lowercase();
        }
    }
    let disposition = disposition?;
    // Some clients write other letters than ASCII this way (RFC 5987), though forms ask for plain UTF-8.
    let encoded = value_of(disposition.clone(), "filename*");
    let decoded = encoded.and_then(|text| {
        let (charset, text) = text.split_once("''")?;
        let utf8 = charset.eq_ignore_ascii_case("utf-8");
        let text = percent_decode_str(text).decode_utf8().ok()?.into_owned();
        utf8.then_some(text)
    });
    let file_name = decoded.or_else(|| value_of(disposition.clone(), "filename"));
    Some(Part {
        name: value_of(disposition, "name")?,
        file: file_name.map(|name| FilePart { name, content_type }),
    })
}

type Parameters = Vec<(String, String)>;

fn value_of(parameters: Parameters, wanted: &str) -> Option<String> {
    let mut named = parameters.into_iter().filter(|(name, _)| name == wanted);
    named.next().map(|(_, value)| value)
}

/// `name=value; name="value"`; `None`: it is nothing like that.
fn parameters(mut text: &str) -> Option<Parameters> {
    let mut found = Parameters::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ';']);
        if text.is_empty() {
            return Some(found);
        }
        let (name, after) = text.split_once('=')?;
        let (value, rest) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        found.push((name.trim().to_ascii_lowercase(), value));
        text = rest;
    }
}

/// The text up to the closing quote, and what follows that.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' if text[at + 1..].starts_with(['"', '\\']) => value.extend(characters.next().map(|(_, c)| c)),
            character => value.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests;
