//! The bucket of the files of messages, in memory. Invocations end on calls to it too.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use parlour_domain::Timestamp;
use parlour_domain::attachment::File;
use parlour_service::Error;
use parlour_service::files::{Contents, Files, FilesError, Stored, Upload};
use parlour_service::push::BoxFuture;

use crate::cut::Cut;

/// The objects. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    cut: Cut,
    objects: Arc<Mutex<BTreeMap<String, Object>>>,
}

#[derive(Debug, Clone)]
struct Object {
    content_type: String,
    contents: Bytes,
}

impl Bucket {
    pub(crate) fn new(cut: Cut) -> Self {
        Self {
            cut,
            objects: Arc::default(),
        }
    }

    /// Puts an object there, as a client does that has the URL.
    pub(crate) fn put(&self, name: &str, content_type: &str, contents: Bytes) {
        let content_type = content_type.to_owned();
        let object = Object { content_type, contents };
        self.objects().insert(name.to_owned(), object);
    }

    /// The names of what is there.
    pub(crate) fn names(&self) -> Vec<String> {
        self.objects().keys().cloned().collect()
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.objects.lock().unwrap()
    }
}

impl Files for Bucket {
    fn upload(&self, object: &str, _: &File, _: Timestamp) -> Result<Upload, FilesError> {
        Ok(Upload {
            url: format!("https://files.example/{object}"),
            headers: Vec::new(),
        })
    }

    fn download(&self, object: &str, _: &File, _: Timestamp) -> Result<String, FilesError> {
        Ok(format!("https://files.example/{object}"))
    }

    fn keep<'a>(&'a self, object: &'a str, file: &'a File, contents: Contents<'a>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let pieces: Vec<Bytes> = contents.try_collect().await?;
            let whole = Bytes::from(pieces.concat());
            let kept = || self.put(object, file.content_type.as_str(), whole);
            self.cut.answer(kept).await;
            Ok(())
        })
    }

    fn stored<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Option<Stored>, FilesError>> {
        self.cut.answer(move || {
            let stored = |object: &Object| Stored {
                size: object.contents.len() as u64,
                content_type: object.content_type.clone(),
            };
            Ok(self.objects().get(object).map(stored))
        })
    }

    fn beginning<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Bytes, FilesError>> {
        self.cut.answer(move || {
            let found = self.objects().get(object).map(|object| object.contents.clone());
            Ok(found.unwrap_or_default())
        })
    }

    fn remove<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<(), FilesError>> {
        self.cut.answer(move || {
            self.objects().remove(object);
            Ok(())
        })
    }
}
