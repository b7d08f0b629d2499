//! A bucket into which everything has been uploaded as it was announced.

use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::sync::Mutex;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use parlour_domain::Timestamp;
use parlour_domain::attachment::File;
use parlour_service::Error;
use parlour_service::files::{Contents, Files, FilesError, Stored, Upload};
use parlour_service::push::BoxFuture;

/// The objects.
pub(crate) const FILES: &str = "files";
/// The bucket itself.
pub(crate) const BUCKET: &str = "bucket of files";

type Note = Box<dyn Fn(&'static str, &'static str) + Send + Sync>;

/// Notes which right is used at which place.
pub(crate) struct FakeBucket {
    note: Note,
    announced: Mutex<HashMap<String, Stored>>,
}

impl FakeBucket {
    pub(crate) fn new(note: impl Fn(&'static str, &'static str) + Send + Sync + 'static) -> Self {
        Self {
            note: Box::new(note),
            announced: Mutex::default(),
        }
    }

    fn remember(&self, object: &str, stored: Stored) {
        self.announced.lock().unwrap().insert(object.to_owned(), stored);
    }
}

impl fmt::Debug for FakeBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeBucket").finish_non_exhaustive()
    }
}

impl Files for FakeBucket {
    fn upload(&self, object: &str, file: &File, _: Timestamp) -> Result<Upload, FilesError> {
        (self.note)(FILES, "s3:PutObject");
        let stored = Stored {
            size: file.size,
            content_type: file.content_type.as_str().to_owned(),
        };
        self.remember(object, stored);
        Ok(Upload {
            url: format!("https://files.example/{object}"),
            headers: Vec::new(),
        })
    }

    fn download(&self, object: &str, _: &File, _: Timestamp) -> Result<String, FilesError> {
        (self.note)(FILES, "s3:GetObject");
        Ok(format!("https://files.example/{object}"))
    }

    fn keep<'a>(&'a self, object: &'a str, file: &'a File, contents: Contents<'a>) -> BoxFuture<'a, Result<(), Error>> {
        (self.note)(FILES, "s3:PutObject");
        Box::pin(async move {
            let pieces: Vec<Bytes> = contents.try_collect().await?;
            let stored = Stored {
                size: pieces.iter().map(|piece| piece.len() as u64).sum(),
                content_type: file.content_type.as_str().to_owned(),
            };
            self.remember(object, stored);
            Ok(())
        })
    }

    fn stored<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Option<Stored>, FilesError>> {
        (self.note)(FILES, "s3:GetObject");
        (self.note)(BUCKET, "s3:ListBucket");
        Box::pin(ready(Ok(self.announced.lock().unwrap().get(object).cloned())))
    }

    fn beginning<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Bytes, FilesError>> {
        (self.note)(FILES, "s3:GetObject");
        Box::pin(ready(Ok(Bytes::from_static(b"GIF89a\x05\x00\x04\x00\x00\x00\x00"))))
    }

    fn remove<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), FilesError>> {
        (self.note)(FILES, "s3:DeleteObject");
        Box::pin(ready(Ok(())))
    }
}
