//! Where the files of messages are: a bucket of S3, or what speaks its protocol. Clients upload to it and download from it themselves,
//! by URLs that are signed here and end soon.

use std::fmt::Debug;
use std::future::ready;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use parlour_domain::Timestamp;
use parlour_domain::attachment::File;

use crate::Error;
use crate::push::BoxFuture;

/// What a file holds, piece by piece. Where it cannot go on it ends with an error, which is for whoever has it kept.
pub type Contents<'a> = BoxStream<'a, Result<Bytes, Error>>;

/// Bytes at the beginning of an image in which its dimensions are looked for.
pub const BEGINNING: usize = 64 * 1024;

/// Why nothing is known of a file, or nothing was done with it. Holds nothing of a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the files cannot be reached: {0}")]
pub struct FilesError(pub String);

/// What a client uploads with: `PUT` to this URL with these headers, and no other length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Where to.
    pub url: String,
    /// The headers that the signature is for, `host` and `content-length` aside: those a client sets by itself.
    pub headers: Vec<(&'static str, String)>,
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its size in bytes.
    pub size: u64,
    /// Its media type, as it was uploaded.
    pub content_type: String,
}

/// A bucket. Implementations answer within 5 s, where nothing else is said.
pub trait Files: Send + Sync + Debug {
    /// Signs the upload of this very file, which succeeds once, from `from` on for
    /// [`parlour_domain::limits::UPLOAD_SECONDS`].
    ///
    /// # Errors
    /// [`FilesError`].
    fn upload(&self, object: &str, file: &File, from: Timestamp) -> Result<Upload, FilesError>;

    /// Signs the download of a file under its name, from `from` on for [`parlour_domain::limits::DOWNLOAD_SECONDS`].
    ///
    /// # Errors
    /// [`FilesError`].
    fn download(&self, object: &str, file: &File, from: Timestamp) -> Result<String, FilesError>;

    /// Keeps a file that comes through here, under a name that no object has yet; its size is known when the contents have ended. What
    /// did not come to its end is not there. Takes up to 25 s after the last piece.
    ///
    /// # Errors
    /// What the contents ended with; [`Error::Files`].
    fn keep<'a>(&'a self, object: &'a str, file: &'a File, contents: Contents<'a>) -> BoxFuture<'a, Result<(), Error>>;

    /// What is there; `None`: nothing was uploaded.
    ///
    /// # Errors
    /// [`FilesError`].
    fn stored<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Option<Stored>, FilesError>>;

    /// The first [`BEGINNING`] bytes of a file, or all of a shorter one.
    ///
    /// # Errors
    /// [`FilesError`].
    fn beginning<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Bytes, FilesError>>;

    /// Takes a file away; one that is not there is no error.
    ///
    /// # Errors
    /// [`FilesError`].
    fn remove<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<(), FilesError>>;
}

/// For what has nothing to do with files, and no right to them either.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl NoFiles {
    fn refused<T>() -> Result<T, FilesError> {
        Err(FilesError("there is no bucket here".to_owned()))
    }
}

impl Files for NoFiles {
    fn upload(&self, _: &str, _: &File, _: Timestamp) -> Result<Upload, FilesError> {
        Self::refused()
    }

    fn download(&self, _: &str, _: &File, _: Timestamp) -> Result<String, FilesError> {
        Self::refused()
    }

    fn keep<'a>(&'a self, _: &'a str, _: &'a File, _: Contents<'a>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(ready(Self::refused().map_err(Error::from)))
    }

    fn stored<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Stored>, FilesError>> {
        Box::pin(ready(Self::refused()))
    }

    fn beginning<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Bytes, FilesError>> {
        Box::pin(ready(Self::refused()))
    }

    fn remove<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), FilesError>> {
        Box::pin(ready(Self::refused()))
    }
}
