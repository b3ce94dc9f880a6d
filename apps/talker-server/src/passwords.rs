//! Hashing passwords: slow on purpose, and therefore in a bounded pool of its own.

mod pool;

use argon2::password_hash::{Output, PasswordHash as Parsed, Salt, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use talker_domain::users::PasswordHash;
use talker_proto::Secret;
use tokio::sync::{Semaphore, SemaphorePermit};

use pool::{Memory, Pool};

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

/// Argon2id with 19 MiB, two passes and one lane (OWASP Password Storage Cheat Sheet).
pub(crate) struct Passwords {
    argon: Argon2<'static>,
    pool: Pool,
    /// Who logs in has one of them, also while the database is asked what his password must match.
    places: Semaphore,
    /// Stands in for the hash of a user who does not exist, so that looking for him costs the same.
    nobody: PasswordHash,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, PasswordError> {
        let params = Params::new(19 * 1024, 2, 1, None).map_err(failed)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon, "nobody", &mut Memory::default())?;
        let places = Semaphore::new(pool::QUEUE);
        Ok(Self { argon, pool: Pool::start().map_err(failed)?, places, nobody })
    }

    /// A place among those who log in, if there is one.
    pub(crate) fn place(&self) -> Result<SemaphorePermit<'_>, PasswordError> {
        self.places.try_acquire().map_err(|_| PasswordError::Busy)
    }

    /// Hashes a password for storing.
    pub(crate) async fn hash(&self, password: Secret) -> Result<PasswordHash, PasswordError> {
        let argon = self.argon.clone();
        self.pool.run(move |memory| hash(&argon, &password.0, memory)).await
    }

    /// Whether the password matches. Without a hash to match it never does, after the same work.
    pub(crate) async fn matches(
        &self,
        password: Secret,
        hash: Option<PasswordHash>,
    ) -> Result<bool, PasswordError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.pool.run(move |memory| Ok(verify(&password.0, &hash, memory)? && exists)).await
    }
}

fn hash(argon: &Argon2<'_>, password: &str, memory: &mut Memory) -> Result<PasswordHash, PasswordError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(failed)?;
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    let output = digest(argon, password, salt.as_salt(), memory)?;
    let hash = Parsed {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: argon.params().try_into().map_err(failed)?,
        salt: Some(salt.as_salt()),
        hash: Some(output),
    };
    Ok(PasswordHash(hash.to_string()))
}

/// The stored hash says how it was made; the comparison takes the same time wherever the two differ.
fn verify(password: &str, hash: &PasswordHash, memory: &mut Memory) -> Result<bool, PasswordError> {
    let parsed = Parsed::new(&hash.0).map_err(failed)?;
    let algorithm = parsed.algorithm.try_into().map_err(failed)?;
    let version = parsed.version.unwrap_or_default().try_into().map_err(failed)?;
    let argon = Argon2::new(algorithm, version, Params::try_from(&parsed).map_err(failed)?);
    let salt = parsed.salt.ok_or_else(|| failed("a hash without its salt"))?;
    Ok(parsed.hash == Some(digest(&argon, password, salt, memory)?))
}

fn digest(
    argon: &Argon2<'_>,
    password: &str,
    salt: Salt<'_>,
    memory: &mut Memory,
) -> Result<Output, PasswordError> {
    let mut bytes = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut bytes).map_err(failed)?;
    let length = argon.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let output = Output::init_with(length, |output| {
        let memory = memory.blocks(argon.params().block_count());
        Ok(argon.hash_password_into_with_memory(password.as_bytes(), salt, output, memory)?)
    });
    output.map_err(failed)
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
}
