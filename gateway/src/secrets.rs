//! The secrets of one gateway, kept in its data folder: the key that signs user tokens, the key pair of the AWS-shaped
//! endpoints, the key of the development app. In memory mode they are as short-lived as the data.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parlour_auth::SigningKeys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::private_file;
use crate::signed::KeyPair;

/// The id of the one signing key.
const KEY_ID: &str = "local";

/// Why secrets could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The file system said no.
    #[error("cannot use {}: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{} is damaged; restore it from a backup, or remove it and what depends on it", .0.display())]
    Damaged(PathBuf),
    /// The operating system gives no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// The app that a developer tries things with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevelopmentApp {
    /// Its id.
    pub app_id: String,
    /// Its API token, the value of the `clientKey` header.
    pub client_key: String,
    /// A user to try things as.
    pub user_id: String,
    /// Another one.
    pub other_user_id: String,
    /// A room of the two.
    pub room_id: String,
}

impl std::fmt::Debug for DevelopmentApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevelopmentApp")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// The secrets of one gateway.
#[derive(Debug, Clone)]
pub struct Secrets {
    folder: Option<PathBuf>,
}

impl Secrets {
    /// In a folder, which is created if it is missing; `None`: nowhere.
    ///
    /// # Errors
    /// If the folder cannot be created.
    pub fn open(folder: Option<&Path>) -> Result<Self, SecretsError> {
        if let Some(folder) = folder {
            private_file::create_folder(folder).map_err(|source| at(folder, source))?;
        }
        Ok(Self {
            folder: folder.map(Path::to_owned),
        })
    }

    /// The key that signs user tokens, made at the first start.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn signing_keys(&self) -> Result<SigningKeys, SecretsError> {
        self.parsed(&self.signing_key()?)
    }

    /// The same key as `ID:BASE64`, the form in which functions outside take it.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn signing_keys_text(&self) -> Result<String, SecretsError> {
        let text = self.signing_key()?;
        self.parsed(&text)?;
        Ok(format!("{KEY_ID}:{}", String::from_utf8_lossy(text.trim_ascii())))
    }

    fn signing_key(&self) -> Result<Vec<u8>, SecretsError> {
        self.made_once("signing-key", || {
            let secret = SigningKeys::generate_secret(&mut clock::moment());
            Ok(STANDARD.encode(secret).into_bytes())
        })
    }

    fn parsed(&self, text: &[u8]) -> Result<SigningKeys, SecretsError> {
        STANDARD
            .decode(text.trim_ascii())
            .ok()
            .and_then(|secret| SigningKeys::new(vec![(KEY_ID.to_owned(), secret)]).ok())
            .ok_or_else(|| self.damaged("signing-key"))
    }

    /// The key pair of the AWS-shaped endpoints, made at the first start.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn key_pair(&self) -> Result<KeyPair, SecretsError> {
        let name = "gateway-key.json";
        let content = self.made_once(name, || {
            serde_json::to_vec(&KeyPair::generate()?).map_err(|_| self.damaged(name))
        })?;
        serde_json::from_slice(&content).map_err(|_| self.damaged(name))
    }

    /// The development app of an earlier start.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn development_app(&self) -> Result<Option<DevelopmentApp>, SecretsError> {
        self.read_json("development.json")
    }

    /// Keeps the development app.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn keep_development_app(&self, app: &DevelopmentApp) -> Result<(), SecretsError> {
        self.write_json("development.json", app)
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(name))
    }

    fn damaged(&self, name: &str) -> SecretsError {
        SecretsError::Damaged(self.path(name).unwrap_or_default())
    }

    /// What a file holds; where there is none, what `make` makes, which is kept. Two processes that begin at once, a gateway and
    /// `parlour function-environment`, go on with the same.
    fn made_once(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Vec<u8>, SecretsError>,
    ) -> Result<Vec<u8>, SecretsError> {
        if let Some(content) = self.read(name)? {
            return Ok(content);
        }
        let content = make()?;
        let Some(path) = self.path(name) else {
            return Ok(content);
        };
        if private_file::create(&path, &content).map_err(|source| at(&path, source))? {
            return Ok(content);
        }
        self.read(name)?.ok_or_else(|| self.damaged(name))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, SecretsError> {
        let Some(path) = self.path(name) else { return Ok(None) };
        private_file::read(&path).map_err(|source| at(&path, source))
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), SecretsError> {
        let Some(path) = self.path(name) else { return Ok(()) };
        private_file::write(&path, content).map_err(|source| at(&path, source))
    }

    fn read_json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, SecretsError> {
        let Some(content) = self.read(name)? else {
            return Ok(None);
        };
        serde_json::from_slice(&content)
            .map(Some)
            .map_err(|_| self.damaged(name))
    }

    fn write_json<T: Serialize>(&self, name: &str, value: &T) -> Result<(), SecretsError> {
        let content = serde_json::to_vec(value).map_err(|_| self.damaged(name))?;
        self.write(name, &content)
    }
}

fn at(path: &Path, source: io::Error) -> SecretsError {
    SecretsError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_the_same_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = Secrets::open(Some(&path)).unwrap();
        let pair = first.key_pair().unwrap();
        first.signing_keys().unwrap();
        let key = std::fs::read(path.join("signing-key")).unwrap();
        let text = format!("local:{}", String::from_utf8(key.clone()).unwrap());
        assert_eq!(first.signing_keys_text().unwrap(), text);
        let again = Secrets::open(Some(&path)).unwrap();
        again.signing_keys().unwrap();
        assert_eq!(again.key_pair().unwrap(), pair);
        assert_eq!(std::fs::read(path.join("signing-key")).unwrap(), key);
        assert_eq!(again.development_app().unwrap(), None);
    }

    #[test]
    fn of_two_that_begin_at_once_both_have_the_same_secret() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = [(); 2].map(|()| Secrets::open(Some(folder.path())).unwrap());
        let first = one.made_once("secret", || {
            let theirs = other.made_once("secret", || Ok(b"theirs".to_vec()))?;
            assert_eq!(theirs, b"theirs");
            Ok(b"ours".to_vec())
        });
        assert_eq!(first.unwrap(), b"theirs");
        assert_eq!(std::fs::read(folder.path().join("secret")).unwrap(), b"theirs");
    }

    #[test]
    fn a_damaged_secret_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("signing-key"), "short").unwrap();
        let secrets = Secrets::open(Some(folder.path())).unwrap();
        assert!(matches!(secrets.signing_keys(), Err(SecretsError::Damaged(_))));
    }

    #[test]
    fn in_memory_every_start_has_its_own() {
        let secrets = Secrets::open(None).unwrap();
        assert_ne!(secrets.key_pair().unwrap(), secrets.key_pair().unwrap());
    }
}
