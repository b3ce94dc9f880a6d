//! Hashing passwords: slow on purpose, and therefore in a bounded pool of its own.

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::password_hash::{PasswordHash as Parsed, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use talker_domain::users::PasswordHash;
use talker_proto::Secret;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// How many may wait for their turn; who comes after them is told to come again.
const QUEUE: usize = 64;

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too many wait already.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The system has no randomness, or the hash cannot be read.
    #[error("cannot hash the password: {0}")]
    Failed(String),
}

/// Argon2id with 19 MiB, two passes and one lane (OWASP Password Storage Cheat Sheet), as many at once as there are
/// processors.
pub(crate) struct Passwords {
    argon: Argon2<'static>,
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    /// Stands in for the hash of a user who does not exist, so that looking for him costs the same.
    nobody: PasswordHash,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, PasswordError> {
        let params = Params::new(19 * 1024, 2, 1, None).map_err(failed)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let processors = available_parallelism().map_or(1, usize::from);
        Ok(Self {
            nobody: hash(&argon, "nobody")?,
            argon,
            admitted: Arc::new(Semaphore::new(processors + QUEUE)),
            running: Arc::new(Semaphore::new(processors)),
        })
    }

    /// Hashes a password for storing.
    pub(crate) async fn hash(&self, password: Secret) -> Result<PasswordHash, PasswordError> {
        let argon = self.argon.clone();
        self.run(move || hash(&argon, &password.0)).await
    }

    /// Whether the password matches. Without a hash to match it never does, after the same work.
    pub(crate) async fn matches(
        &self,
        password: Secret,
        hash: Option<PasswordHash>,
    ) -> Result<bool, PasswordError> {
        let argon = self.argon.clone();
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.run(move || {
            let parsed = Parsed::new(&hash.0).map_err(failed)?;
            Ok(argon.verify_password(password.0.as_bytes(), &parsed).is_ok() && exists)
        })
        .await
    }

    async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<R, PasswordError> + Send + 'static,
    ) -> Result<R, PasswordError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| PasswordError::Busy)?;
        let turn = self.running.clone().acquire_owned().await.map_err(failed)?;
        let done = spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(failed)?
    }
}

fn hash(argon: &Argon2<'_>, password: &str) -> Result<PasswordHash, PasswordError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(failed)?;
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    let hash = argon.hash_password(password.as_bytes(), &salt).map_err(failed)?;
    Ok(PasswordHash(hash.to_string()))
}

fn failed(error: impl std::fmt::Display) -> PasswordError {
    PasswordError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert!(passwords.matches("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.matches("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.matches("nobody".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_pool_says_so() {
        let passwords = Passwords::new().unwrap();
        let all = u32::try_from(passwords.admitted.available_permits()).unwrap();
        let _held = passwords.admitted.acquire_many(all).await.unwrap();
        assert!(matches!(passwords.hash("x".into()).await, Err(PasswordError::Busy)));
    }
}
