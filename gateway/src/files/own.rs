//! The bucket for functions in this process: what clients do they are given signed URLs for, and what comes through here goes straight
//! into the folder, piece by piece.

use aws_credential_types::Credentials;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http_body::Frame;
use http_body_util::StreamBody;
use parlour_domain::Timestamp;
use parlour_domain::attachment::File;
use parlour_files::Bucket;
use parlour_service::Error;
use parlour_service::files::{Contents, Files, FilesError, Stored, Upload};
use parlour_service::push::BoxFuture;
use tokio::time::timeout;

use super::{BUCKET, FileEndpoint, UPLOAD, folder, object_in};

/// The gateway's own bucket.
#[derive(Debug)]
pub struct OwnBucket {
    signed: Bucket<FileEndpoint>,
    endpoint: FileEndpoint,
}

/// A piece of a file that does not come; why stands elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("the file breaks off")]
struct Broken;

impl OwnBucket {
    /// The bucket behind `endpoint`; the URLs of its files begin with `base`.
    #[must_use]
    pub fn new(base: String, region: String, credentials: Credentials, endpoint: FileEndpoint) -> Self {
        Self {
            signed: Bucket::new(base, region, credentials, endpoint.clone()),
            endpoint,
        }
    }

    async fn write(&self, object: &str, file: &File, contents: Contents<'_>) -> Result<(), Error> {
        let place = object_in(&format!("/{BUCKET}/{object}"));
        let (app, id) = place.ok_or_else(|| FilesError("an object has no such name".to_owned()))?;
        let Some(_place) = self.endpoint.uploads.take(&app) else {
            return Err(FilesError("too many files come at once".to_owned()).into());
        };
        let mut ended = None;
        let body = contents.map_ok(Frame::<Bytes>::data).map_err(|error| {
            ended = Some(error);
            Broken
        });
        let content_type = file.content_type.as_str();
        let writing = self
            .endpoint
            .folder
            .write((&app, id), content_type, None, StreamBody::new(body));
        let failed = |why: &str| Err(FilesError(why.to_owned()).into());
        let written = timeout(UPLOAD, writing).await;
        match written {
            Ok(Ok(folder::Written::New)) => Ok(()),
            Ok(Ok(folder::Written::There)) => failed("an object is there already"),
            Ok(Ok(folder::Written::Broken)) => ended.map_or_else(|| failed("the file breaks off"), Err),
            Ok(Err(error)) => failed(&error.to_string()),
            Err(_) => failed("the file takes too long"),
        }
    }
}

impl Files for OwnBucket {
    fn upload(&self, object: &str, file: &File, from: Timestamp) -> Result<Upload, FilesError> {
        self.signed.upload(object, file, from)
    }

    fn download(&self, object: &str, file: &File, from: Timestamp) -> Result<String, FilesError> {
        self.signed.download(object, file, from)
    }

    fn keep<'a>(&'a self, object: &'a str, file: &'a File, contents: Contents<'a>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.write(object, file, contents))
    }

    fn stored<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Option<Stored>, FilesError>> {
        self.signed.stored(object)
    }

    fn beginning<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Bytes, FilesError>> {
        self.signed.beginning(object)
    }

    fn remove<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<(), FilesError>> {
        self.signed.remove(object)
    }
}
