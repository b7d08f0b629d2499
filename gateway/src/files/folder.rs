//! Objects as files of a folder: `APP/ID`, with the media type beside it in `APP/ID.type`.

use std::io::{self, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use parlour_domain::{AppId, AttachmentId, limits};
use tempfile::{NamedTempFile, TempDir};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::private_file;

/// How long the next piece of an upload may take.
const PIECE: Duration = Duration::from_secs(30);
/// Bytes that are read at once.
const READ: usize = 64 * 1024;

/// The folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Folder {
    path: Arc<Path>,
    /// One that ends with the process.
    _own: Option<Arc<TempDir>>,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is there now.
    New,
    /// There was one.
    There,
    /// It is shorter or longer than was said, or broke off.
    Broken,
}

/// An object.
#[derive(Debug)]
pub(super) struct Found {
    file: fs::File,
    pub(super) size: u64,
    pub(super) content_type: String,
}

impl Folder {
    /// This folder, made for its owner alone if there is none.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn open_at(path: &Path) -> io::Result<Self> {
        private_file::create_folder(path)?;
        Ok(Self {
            path: path.into(),
            _own: None,
        })
    }

    /// A folder that ends with the process.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn temporary() -> io::Result<Self> {
        let own = tempfile::Builder::new().prefix("parlour-files-").tempdir()?;
        Ok(Self {
            path: own.path().into(),
            _own: Some(Arc::new(own)),
        })
    }

    fn of(&self, app: &AppId, file: AttachmentId) -> (PathBuf, PathBuf) {
        let folder = self.path.join(app.as_str());
        (folder.join(file.to_string()), folder.join(format!("{file}.type")))
    }

    /// Writes a new object, of this length if it is known. It is seen when all of it is on disk; of several at once, one is.
    pub(super) async fn write<B>(
        &self,
        (app, file): (&AppId, AttachmentId),
        content_type: &str,
        length: Option<u64>,
        body: B,
    ) -> io::Result<Written>
    where
        B: http_body::Body<Data = Bytes> + Send,
    {
        let (place, type_place) = self.of(app, file);
        if fs::try_exists(&place).await? {
            return Ok(Written::There);
        }
        let folder = self.path.join(app.as_str());
        fs::create_dir_all(&folder).await?;
        // Deleted with this future, whatever ends it.
        let beside = NamedTempFile::new_in(&folder)?;
        let mut writer = fs::File::from_std(beside.reopen()?);
        let mut body = std::pin::pin!(body);
        let mut left = length.unwrap_or(limits::ATTACHMENT_BYTES);
        loop {
            let Ok(piece) = timeout(PIECE, body.frame()).await else {
                return Ok(Written::Broken);
            };
            let Some(piece) = piece else { break };
            let Ok(piece) = piece else { return Ok(Written::Broken) };
            let Ok(bytes) = piece.into_data() else { continue };
            let Some(rest) = left.checked_sub(bytes.len() as u64) else {
                return Ok(Written::Broken);
            };
            left = rest;
            writer.write_all(&bytes).await?;
        }
        if length.is_some() && left > 0 {
            return Ok(Written::Broken);
        }
        writer.sync_all().await?;
        // First, so that no object is without it. Whoever uploads this object says the same type: it is signed.
        fs::write(&type_place, content_type).await?;
        match fs::hard_link(beside.path(), &place).await {
            Ok(()) => Ok(Written::New),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Written::There),
            Err(error) => Err(error),
        }
    }

    /// An object; `None`: there is none.
    pub(super) async fn open(&self, app: &AppId, file: AttachmentId) -> io::Result<Option<Found>> {
        let (place, type_place) = self.of(app, file);
        let file = match fs::File::open(&place).await {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let size = file.metadata().await?.len();
        let content_type = fs::read_to_string(&type_place).await.unwrap_or_default();
        Ok(Some(Found {
            file,
            size,
            content_type,
        }))
    }

    /// Takes an object away; one that is not there is no error.
    pub(super) async fn remove(&self, app: &AppId, file: AttachmentId) -> io::Result<()> {
        let (place, type_place) = self.of(app, file);
        for path in [place, type_place] {
            match fs::remove_file(path).await {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Found {
    /// So many bytes of it from there on.
    pub(super) async fn body(mut self, from: u64, length: u64) -> io::Result<Body> {
        self.file.seek(SeekFrom::Start(from)).await?;
        let pieces = stream::try_unfold(self.file.take(length), |mut file| async move {
            let mut piece = vec![0; READ];
            let read = file.read(&mut piece).await?;
            piece.truncate(read);
            Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
        });
        Ok(Body::from_stream(pieces))
    }
}
