//! What is kept of a secret: enough to recognise it, too little to use it.

use std::fmt;

/// A 256-bit digest of a session key or of a confirmation token. The secret itself never enters the domain.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Digest(…)")
    }
}
