//! Who may connect: SASL PLAIN against a table of names and passwords.
//!
//! The engine has no roles yet, so that whoever is let in may do everything. `Authenticator` is the
//! place where roles will come in.

use std::collections::BTreeMap;

/// The authenticator's name that clients are told; every driver knows it.
pub(crate) const CLASS: &str = "org.apache.cassandra.auth.PasswordAuthenticator";

/// Decides by name and password. Called on a thread that may block.
pub trait Authenticator: Send + Sync {
    /// Whether this is the password of that user.
    ///
    /// # Errors
    /// `Refused` where it is not, whatever the reason.
    fn check(&self, user: &str, password: &[u8]) -> Result<(), Refused>;
}

/// Wrong name or wrong password; the caller does not learn which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name or the password is wrong")]
pub struct Refused;

/// A fixed table of users.
#[derive(Default)]
pub struct Accounts {
    passwords: BTreeMap<String, Vec<u8>>,
}

impl Accounts {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user.
    #[must_use]
    pub fn with(mut self, user: impl Into<String>, password: impl Into<Vec<u8>>) -> Self {
        self.passwords.insert(user.into(), password.into());
        self
    }
}

/// Says who, and never a password.
impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.passwords.keys()).finish()
    }
}

impl Authenticator for Accounts {
    fn check(&self, user: &str, password: &[u8]) -> Result<(), Refused> {
        let known = self.passwords.get(user);
        let expected = known.map_or(&[][..], Vec::as_slice);
        // Every byte is compared whatever the ones before it were, so that time tells nothing.
        let differing = (0..password.len().max(expected.len()))
            .fold(0, |differing, place| differing | (byte(password, place) ^ byte(expected, place)));
        if known.is_some() && differing == 0 && password.len() == expected.len() { Ok(()) } else { Err(Refused) }
    }
}

fn byte(bytes: &[u8], place: usize) -> u8 {
    bytes.get(place).copied().unwrap_or_default()
}

/// Splits the token of SASL PLAIN (RFC 4616): `authorisation NUL user NUL password`.
pub(crate) fn read_plain(token: &[u8]) -> Option<(&str, &[u8])> {
    let mut parts = token.splitn(3, |byte| *byte == 0);
    let (_, user, password) = (parts.next()?, parts.next()?, parts.next()?);
    Some((std::str::from_utf8(user).ok()?, password))
}
