//! Secrets that the server makes: session keys and confirmation tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use talker_domain::Digest;
use talker_proto::Secret;

/// A secret of 256 random bits, as 43 characters that need no escaping in a URL.
///
/// # Errors
/// The operating system's, if it has no randomness to give.
pub(crate) fn random() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Secret(URL_SAFE_NO_PAD.encode(bytes)))
}

/// What is stored of a secret. A plain digest will do: the secret is too random to be guessed from it.
pub(crate) fn digest(secret: &Secret) -> Digest {
    Digest(Sha256::digest(secret.0.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_different() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_eq!(one.0.len(), 43);
        assert_ne!(one, other);
        assert_ne!(digest(&one), digest(&other));
    }
}
