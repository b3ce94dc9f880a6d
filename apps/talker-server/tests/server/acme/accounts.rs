//! Who signed a request (RFC 8555 §6.2), and the accounts at the authority.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::authority::Authority;
use super::https::Answer;

/// Somebody who may order.
#[derive(Clone)]
pub(crate) struct Account {
    key: Value,
    /// Where the authority may write to.
    pub(crate) contact: Value,
}

/// What a request says, and who says so.
pub(crate) struct Signed {
    pub(crate) nonce: String,
    pub(crate) url: String,
    header: Value,
    pub(crate) payload: Value,
}

impl Signed {
    /// Reads it, without believing it yet.
    pub(crate) fn read(body: &[u8]) -> Result<Self, String> {
        let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let header: Value =
            serde_json::from_slice(&decode(&body["protected"])?).map_err(|error| error.to_string())?;
        let payload = match decode(&body["payload"])? {
            empty if empty.is_empty() => Value::Null,
            json => serde_json::from_slice(&json).map_err(|error| error.to_string())?,
        };
        if header["alg"] != "ES256" {
            return Err("signs otherwise than by ES256".into());
        }
        let text = |name: &str| header[name].as_str().map(str::to_owned).ok_or(format!("no {name}"));
        Ok(Self { nonce: text("nonce")?, url: text("url")?, payload, header: header.clone() })
    }
}

impl Account {
    /// The digest of its key that proofs contain (RFC 7638).
    pub(crate) fn thumbprint(&self) -> String {
        let (x, y) = (&self.key["x"], &self.key["y"]);
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{x},"y":{y}}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
    }

    fn to_json(&self) -> Value {
        json!({"status": "valid", "contact": self.contact})
    }
}

/// The number of the account that signed this; a new one's for the key that comes with it.
pub(crate) fn signer(authority: &Authority, signed: &Signed, body: &[u8]) -> Result<usize, Answer> {
    let books = authority.books();
    let (number, key) = match signed.header["kid"].as_str() {
        None if signed.url == authority.url("/accounts") => {
            (books.accounts.len(), signed.header["jwk"].clone())
        }
        None => return Err(Answer::refusal(401, "unauthorized", "only newcomers show keys")),
        Some(url) => {
            let number = url.rsplit('/').next().and_then(|number| number.parse::<usize>().ok());
            let known = number.and_then(|number| Some((number, books.accounts.get(number)?.key.clone())));
            known.ok_or_else(|| Answer::refusal(400, "accountDoesNotExist", "never heard of you"))?
        }
    };
    verify(&key, body).map_err(|detail| Answer::refusal(401, "unauthorized", &detail))?;
    Ok(number)
}

fn verify(key: &Value, body: &[u8]) -> Result<(), String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let [Some(protected), Some(payload)] = ["protected", "payload"].map(|part| body[part].as_str()) else {
        return Err("nothing is signed".into());
    };
    let point = [vec![4], decode(&key["x"])?, decode(&key["y"])?].concat();
    let signature = decode(&body["signature"])?;
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    let verified = key.verify(format!("{protected}.{payload}").as_bytes(), &signature);
    verified.map_err(|_| "that is not signed by its key".into())
}

/// Opens an account.
pub(crate) fn register(authority: &Authority, signed: &Signed) -> Answer {
    if signed.payload["termsOfServiceAgreed"] != true {
        return Answer::refusal(403, "userActionRequired", "agree first");
    }
    let account = Account { key: signed.header["jwk"].clone(), contact: signed.payload["contact"].clone() };
    let mut books = authority.books();
    let url = authority.url(&format!("/accounts/{}", books.accounts.len()));
    books.accounts.push(account.clone());
    Answer::created(url, account.to_json())
}

/// Changes an account's contact.
pub(crate) fn update(authority: &Authority, number: usize, signed: &Signed) -> Answer {
    let mut books = authority.books();
    let account = &mut books.accounts[number];
    account.contact = signed.payload["contact"].clone();
    Answer::ok(account.to_json())
}

pub(crate) fn decode(text: &Value) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap_or("?")).map_err(|error| error.to_string())
}
