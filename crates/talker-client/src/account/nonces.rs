//! Names for messages that nobody else gives.

use crate::Error;

/// A nonce of 128 random bits, as 32 hexadecimal digits.
pub(crate) fn random() -> Result<String, Error> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(Error::Random)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_are_32_digits_and_never_the_same() {
        let [one, other] = [(); 2].map(|()| random().expect("randomness"));
        assert_eq!((one.len(), other.len()), (32, 32));
        assert_ne!(one, other);
    }
}
