//! Files that come with their message, piece by piece.

use sha2::{Digest, Sha256};

use super::{AttachmentId, ContentType, FileError, FileName, file_size};
use crate::limits;
use crate::log::BodyHash;

/// A file that came with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its id: another one whenever the message is sent again.
    pub id: AttachmentId,
    /// Of its name, its type and what it holds: the same whenever the message is sent again.
    pub hash: BodyHash,
}

/// What is noted of a file while it passes: its size, a hash, and its beginning.
#[derive(Debug, Clone)]
pub struct Reading {
    size: u64,
    hash: Sha256,
    beginning: Vec<u8>,
    keep: usize,
}

impl Reading {
    /// Nothing yet; of the beginning so many bytes are to be kept.
    #[must_use]
    pub fn new(keep: usize) -> Self {
        Self {
            size: 0,
            hash: Sha256::new(),
            beginning: Vec::new(),
            keep,
        }
    }

    /// Notes the next piece.
    ///
    /// # Errors
    /// [`FileError::Size`] once there is more than [`limits::ATTACHMENT_BYTES`].
    pub fn add(&mut self, piece: &[u8]) -> Result<(), FileError> {
        self.size = self.size.saturating_add(piece.len() as u64);
        if self.size > limits::ATTACHMENT_BYTES {
            return Err(FileError::Size);
        }
        self.hash.update(piece);
        let missing = self.keep.saturating_sub(self.beginning.len()).min(piece.len());
        self.beginning.extend_from_slice(&piece[..missing]);
        Ok(())
    }

    /// The size of the whole file, in bytes.
    ///
    /// # Errors
    /// [`FileError::Size`] if it is empty.
    pub fn size(&self) -> Result<u64, FileError> {
        file_size(self.size)
    }

    /// Its first bytes.
    #[must_use]
    pub fn beginning(&self) -> &[u8] {
        &self.beginning
    }

    /// The hash of a file of this name and type that holds all that was noted.
    #[must_use]
    pub fn hash(&self, name: &FileName, content_type: &ContentType) -> BodyHash {
        let contents: [u8; 32] = self.hash.clone().finalize().into();
        BodyHash::of(&(name, content_type, contents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Reading {
        let mut reading = Reading::new(4);
        for piece in pieces {
            reading.add(piece).unwrap();
        }
        reading
    }

    #[test]
    fn the_same_file_has_the_same_hash_however_it_comes() {
        let (name, kind) = (
            FileName::parse("a.txt").unwrap(),
            ContentType::parse("text/plain").unwrap(),
        );
        let (whole, parts) = (read(&[b"012345"]), read(&[b"0", b"", b"1234", b"5"]));
        assert_eq!(whole.hash(&name, &kind), parts.hash(&name, &kind));
        assert_eq!((whole.beginning(), parts.beginning()), (&b"0123"[..], &b"0123"[..]));
        assert_eq!((whole.size(), parts.size()), (Ok(6), Ok(6)));
        assert_ne!(whole.hash(&name, &kind), read(&[b"012346"]).hash(&name, &kind));
        let other = FileName::parse("b.txt").unwrap();
        assert_ne!(whole.hash(&name, &kind), whole.hash(&other, &kind));
        assert_ne!(
            whole.hash(&name, &kind),
            whole.hash(&name, &ContentType::parse("text/html").unwrap())
        );
    }

    #[test]
    fn a_file_that_comes_is_neither_empty_nor_too_large() {
        assert_eq!(read(&[]).size(), Err(FileError::Size));
        let mut reading = Reading::new(0);
        let half = vec![0; usize::try_from(limits::ATTACHMENT_BYTES / 2).unwrap()];
        reading.add(&half).unwrap();
        reading.add(&half).unwrap();
        assert_eq!(reading.size(), Ok(limits::ATTACHMENT_BYTES));
        assert_eq!(reading.add(b"1"), Err(FileError::Size));
    }
}
