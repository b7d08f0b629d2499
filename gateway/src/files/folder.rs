//! Objects as files of a folder: `APP/ID`, with the media type beside it in `APP/ID.type`. What is not whole yet is `APP/.upload-…`.

use std::io::{self, ErrorKind, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use parlour_domain::{AppId, AttachmentId, limits};
use tempfile::{NamedTempFile, TempDir};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::private_file;

/// How long the next piece of an upload may take.
const PIECE: Duration = Duration::from_secs(30);
/// What an upload has to bring in a second, on the average and after the time of a first piece: a slow phone does, and who holds a
/// place by sending a byte now and then does not.
const BYTES_PER_SECOND: u64 = 8 * 1024;
/// Bytes that are read at once.
const READ: usize = 64 * 1024;
/// What the name of an unfinished upload begins with; no id does.
const UNFINISHED: &str = ".upload-";
/// After this time nobody works at one any more.
const LEFT: Duration = Duration::from_secs(2 * limits::UPLOAD_LASTS_SECONDS.unsigned_abs());

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
    /// This folder, made for its owner alone if there is none. What a process that was killed left unfinished is taken away.
    ///
    /// # Errors
    /// If it cannot be made or read.
    pub fn open_at(path: &Path) -> io::Result<Self> {
        private_file::create_folder(path)?;
        take_unfinished_away(path)?;
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

    pub(super) fn of_app(&self, app: &str) -> PathBuf {
        self.path.join(app)
    }

    fn of(&self, app: &AppId, file: AttachmentId) -> (PathBuf, PathBuf) {
        let folder = self.of_app(app.as_str());
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
        let folder = self.of_app(app.as_str());
        fs::create_dir_all(&folder).await?;
        // Deleted with this future, whatever ends it.
        let beside = unfinished(&folder)?;
        let mut writer = fs::File::from_std(beside.reopen()?);
        let mut body = std::pin::pin!(body);
        let mut left = length.unwrap_or(limits::ATTACHMENT_BYTES);
        let (begin, mut came) = (Instant::now(), 0);
        loop {
            let Ok(piece) = timeout_at(next_piece(begin, came), body.frame()).await else {
                return Ok(Written::Broken);
            };
            let Some(piece) = piece else { break };
            let Ok(piece) = piece else { return Ok(Written::Broken) };
            let Ok(bytes) = piece.into_data() else { continue };
            let Some(rest) = left.checked_sub(bytes.len() as u64) else {
                return Ok(Written::Broken);
            };
            left = rest;
            came += bytes.len() as u64;
            writer.write_all(&bytes).await?;
        }
        if length.is_some() && left > 0 {
            return Ok(Written::Broken);
        }
        // `sync_all` alone would keep to itself that the last write failed, as on a full disk.
        writer.flush().await?;
        writer.sync_all().await?;
        let content_type = content_type.to_owned();
        spawn_blocking(move || finish(&beside, &folder, (&place, &type_place), &content_type)).await?
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

/// Until when the next piece has to come, after so many bytes.
fn next_piece(begin: Instant, came: u64) -> Instant {
    let earned = Duration::from_millis(came.saturating_mul(1_000) / BYTES_PER_SECOND);
    (Instant::now() + PIECE).min(begin + PIECE + earned)
}

fn unfinished(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)
}

/// Puts a whole object, which is on disk, to its place in the folder. Survives a power cut once it returns.
fn finish(
    beside: &NamedTempFile,
    folder: &Path,
    (place, type_place): (&Path, &Path),
    content_type: &str,
) -> io::Result<Written> {
    // The type first, so that no object is without it. Whoever uploads this object says the same one: it is signed.
    let mut type_beside = unfinished(folder)?;
    type_beside.write_all(content_type.as_bytes())?;
    type_beside.as_file().sync_all()?;
    type_beside.persist(type_place)?;
    match std::fs::hard_link(beside.path(), place) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Written::There),
        Err(error) => return Err(error),
    }
    private_file::sync_parent(place)?;
    private_file::sync_parent(folder)?;
    Ok(Written::New)
}

fn take_unfinished_away(path: &Path) -> io::Result<()> {
    for app in std::fs::read_dir(path)? {
        let app = app?;
        if !app.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(app.path())? {
            let file = file?;
            let is_unfinished = file.file_name().to_string_lossy().starts_with(UNFINISHED);
            let age = |written: SystemTime| written.elapsed().unwrap_or_default();
            if is_unfinished && age(file.metadata()?.modified()?) > LEFT {
                std::fs::remove_file(file.path())?;
            }
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    #[test]
    fn what_a_killed_process_left_is_taken_away_but_not_what_is_under_way() {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("tenant");
        fs::create_dir(&app).unwrap();
        fs::write(folder.path().join(".upload-elsewhere"), "").unwrap();
        let long_ago = SystemTime::now() - 2 * LEFT;
        for (name, at) in [
            (".upload-old", long_ago),
            (".upload-new", SystemTime::now()),
            ("object", long_ago),
        ] {
            let file = File::create(app.join(name)).unwrap();
            file.set_modified(at).unwrap();
        }
        Folder::open_at(folder.path()).unwrap();
        let mut left: Vec<_> = fs::read_dir(&app)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, [".upload-new", "object"]);
    }
}
