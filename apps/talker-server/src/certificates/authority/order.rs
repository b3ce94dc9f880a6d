//! One certificate, from the account to the chain.

use std::time::Duration;

use instant_acme::{
    Account, AuthorizationHandle, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};

use super::errors::OrderError;
use super::kept::Kept;
use super::shown::Shown;
use super::{Authority, challenges};

/// How long an authority may take to look at names, and to sign.
const POLLING: RetryPolicy = RetryPolicy::new().timeout(Duration::from_mins(3));

impl Authority {
    /// Gets a new key and its certificate, as PEM.
    pub(super) async fn order(&self) -> Result<String, OrderError> {
        let ordered = self.try_order().await;
        if ordered.as_ref().is_err_and(OrderError::is_account_unknown) {
            self.keep(Kept::forget_account).await?;
        }
        ordered
    }

    async fn try_order(&self) -> Result<String, OrderError> {
        let account = self.account().await?;
        let names: Vec<_> = self.settings.names.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        // However this ends, no challenge is answered after it.
        let _answers = Answers(&self.shown);
        self.answer(&mut order).await?;
        prove(&mut order).await?;
        let key = order.finalize().await?;
        let chain = order.poll_certificate(&POLLING).await?;
        Ok(key + &chain)
    }

    /// The account that is kept, or a new one.
    async fn account(&self) -> Result<Account, OrderError> {
        let contact = self.settings.contact.as_ref().map(|address| format!("mailto:{address}"));
        let contact: Vec<_> = contact.iter().map(String::as_str).collect();
        let builder = Account::builder_with_http(Box::new(self.https.clone()));
        let kept = self.kept.account().map_err(OrderError::Keep)?;
        if let Some(credentials) = kept.and_then(|json| serde_json::from_str(&json).ok()) {
            let account = builder.from_credentials(credentials).await?;
            account.update_contacts(&contact).await?;
            return Ok(account);
        }
        let new =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, credentials) = builder.create(&new, self.settings.directory.clone(), None).await?;
        let json = serde_json::to_string(&credentials).map_err(Error::from)?;
        self.keep(move |kept| kept.keep_account(&json)).await?;
        Ok(account)
    }

    /// Puts up an answer for each name, and says that the authority may look.
    async fn answer(&self, order: &mut Order) -> Result<(), OrderError> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let name = name_of(&authorization);
            let unable = || OrderError::Useless(format!("it offers no TLS-ALPN-01 for {name}"));
            let mut challenge = authorization.challenge(ChallengeType::TlsAlpn01).ok_or_else(unable)?;
            let digest = challenge.key_authorization().digest();
            self.shown.answer(name.clone(), challenges::answer(&name, digest.as_ref())?);
            challenge.set_ready().await?;
        }
        Ok(())
    }
}

/// Waits until the authority has found us at every name.
async fn prove(order: &mut Order) -> Result<(), OrderError> {
    let error = match order.poll_ready(&POLLING).await {
        Ok(OrderStatus::Ready) => return Ok(()),
        Ok(_) => OrderError::Useless("it calls the order invalid".into()),
        Err(error) => error.into(),
    };
    if error.is_fleeting() { Err(error) } else { Err(unproven(order).await?.unwrap_or(error)) }
}

/// What it found at the first name where it did not find us.
async fn unproven(order: &mut Order) -> Result<Option<OrderError>, OrderError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        let problem = authorization.refresh().await?.challenges.iter().find_map(|each| each.error.clone());
        if let Some(problem) = problem {
            return Ok(Some(OrderError::Unproven { name: name_of(&authorization), problem }));
        }
    }
    Ok(None)
}

fn name_of(authorization: &AuthorizationHandle<'_>) -> String {
    authorization.identifier().to_string().to_ascii_lowercase()
}

struct Answers<'a>(&'a Shown);

impl Drop for Answers<'_> {
    fn drop(&mut self) {
        self.0.forget_answers();
    }
}
