//! Providers' keys at rest: XChaCha20-Poly1305, each bound to the provider and the address that it was entered for.
//!
//! The key to them is made when the first one is kept, in a file of its own beside the database (mode 0600), or comes from
//! the environment. A copy of the database alone gives nobody a key.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, Payload},
};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::PathBuf,
};

/// What locks the keys, in bytes.
pub type Lock = SecretBox<[u8; 32]>;

/// Of a nonce, in bytes; it stands before what is locked.
const NONCE: usize = 24;

/// Where the lock is.
pub enum Keys {
    /// In this file, which is made when it is needed.
    File(PathBuf),
    /// It was given by the environment.
    Given(Lock),
}

/// Why a key can be neither kept nor read, in words that hold none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    #[error("the key file `{file}` cannot be used: {cause}")]
    File { file: String, cause: String },
    #[error(
        "its key was kept with another lock (the file `key`, or BROOKLET_KEY); bring that back, or enter the key again"
    )]
    OtherLock,
}

impl Keys {
    /// Locks a key for this provider at this address.
    pub fn seal(&self, provider: &str, base_url: &str, key: &SecretString) -> Result<Vec<u8>, KeysError> {
        let lock = match self.lock()? {
            Some(cipher) => cipher,
            None => self.make()?,
        };
        let nonce = XNonce::generate();
        let aad = bound_to(provider, base_url);
        let payload = Payload { msg: key.expose_secret().as_bytes(), aad: &aad };
        // Fails only for messages of many gigabytes.
        let sealed = lock.encrypt(&nonce, payload).map_err(|_| KeysError::OtherLock)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Gives back what `seal` took, for the same provider and address alone.
    pub fn open(&self, provider: &str, base_url: &str, sealed: &[u8]) -> Result<SecretString, KeysError> {
        let lock = self.lock()?.ok_or(KeysError::OtherLock)?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(KeysError::OtherLock)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| KeysError::OtherLock)?;
        let aad = bound_to(provider, base_url);
        let opened = lock.decrypt(&nonce, Payload { msg: sealed, aad: &aad }).map_err(|_| KeysError::OtherLock)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| KeysError::OtherLock)
    }

    fn lock(&self) -> Result<Option<XChaCha20Poly1305>, KeysError> {
        let path = match self {
            Self::Given(lock) => return Ok(Some(XChaCha20Poly1305::new(lock.expose_secret().into()))),
            Self::File(path) => path,
        };
        #[cfg(unix)]
        close_to_others(path);
        let mut text = String::new();
        match File::open(path).and_then(|mut file| file.read_to_string(&mut text)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&error.to_string())),
        }
        let lock = from_hex(&text).ok_or_else(|| self.failed("it must hold 64 hex digits"))?;
        Ok(Some(XChaCha20Poly1305::new(lock.expose_secret().into())))
    }

    /// Makes the file. One that is there meanwhile stays: another key would make what it locked unreadable.
    fn make(&self) -> Result<XChaCha20Poly1305, KeysError> {
        let Self::File(path) = self else { return Err(KeysError::OtherLock) };
        let lock = chacha20poly1305::Key::generate();
        let hex: String = lock.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| {
            writeln!(file, "{hex}")?;
            file.sync_all()
        });
        written.map_err(|error| self.failed(&error.to_string()))?;
        Ok(XChaCha20Poly1305::new(&lock))
    }

    fn failed(&self, cause: &str) -> KeysError {
        let file = match self {
            Self::File(path) => path.display().to_string(),
            Self::Given(_) => String::new(),
        };
        KeysError::File { file, cause: cause.to_owned() }
    }
}

/// A file that was copied here may have lost its mode.
#[cfg(unix)]
fn close_to_others(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = path.metadata().map_or(0, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        let closed = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
        tracing::warn!("others of this machine could read `{}`: closed to them ({closed:?})", path.display());
    }
}

/// 64 hex digits, as the file and the environment have them.
pub fn from_hex(text: &str) -> Option<Lock> {
    let text = text.trim();
    let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut lock = Box::new([0; 32]);
    for (at, byte) in lock.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2).filter(|_| digits)?, 16).ok()?;
    }
    Some(SecretBox::new(lock))
}

/// What a sealed key belongs to. No id has a line break.
fn bound_to(provider: &str, base_url: &str) -> Vec<u8> {
    format!("brooklet provider key\n{provider}\n{base_url}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://api.openai.com/v1";

    fn key() -> SecretString {
        "sk-0123456789".into()
    }

    #[test]
    fn a_key_is_for_its_provider_at_its_address_alone() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::File(folder.path().join("key"));
        let sealed = keys.seal("openai", URL, &key()).unwrap();
        assert_eq!(keys.open("openai", URL, &sealed).unwrap().expose_secret(), "sk-0123456789");
        let other = Err(KeysError::OtherLock);
        let open = |provider, url, sealed: &[u8]| keys.open(provider, url, sealed).map(drop);
        assert_eq!(open("openai", "https://evil.example/v1", &sealed), other);
        assert_eq!(open("openai-2", URL, &sealed), other);
        let mut torn = sealed.clone();
        torn[30] ^= 1;
        for sealed in [&torn[..], &sealed[..20], &sealed[..24], b""] {
            assert_eq!(open("openai", URL, sealed), other);
        }
        assert!(!sealed.windows(4).any(|bytes| bytes == b"0123"));
        assert_ne!(keys.seal("openai", URL, &key()).unwrap(), sealed, "each has a nonce of its own");
    }

    #[test]
    fn the_file_is_its_owners_alone_and_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let keys = Keys::File(path.clone());
        assert_eq!(keys.open("openai", URL, &[0; 60]).map(drop), Err(KeysError::OtherLock));
        assert!(!path.exists(), "reading makes none");
        let sealed = keys.seal("openai", URL, &key()).unwrap();
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        let held = std::fs::read_to_string(&path).unwrap();
        keys.seal("openai", URL, &key()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), held);

        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            keys.open("openai", URL, &sealed).unwrap();
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "one that was open is closed");
        }

        let given = Keys::Given(from_hex(&held).unwrap());
        assert_eq!(given.open("openai", URL, &sealed).unwrap().expose_secret(), "sk-0123456789");
        std::fs::write(&path, "no key").unwrap();
        let error = keys.seal("openai", URL, &key()).unwrap_err().to_string();
        assert!(error.ends_with("cannot be used: it must hold 64 hex digits"), "{error}");
        std::fs::remove_file(&path).unwrap();
        keys.seal("openai", URL, &key()).unwrap();
        assert_eq!(keys.open("openai", URL, &sealed).map(drop), Err(KeysError::OtherLock), "another lock");
    }

    #[test]
    fn the_lock_is_64_hex_digits() {
        assert!(from_hex(&format!(" {} \n", "0aF9".repeat(16))).is_some());
        for text in ["", "0", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"溪".repeat(64), &"é".repeat(32)] {
            assert!(from_hex(text).is_none(), "{text}");
        }
    }
}
