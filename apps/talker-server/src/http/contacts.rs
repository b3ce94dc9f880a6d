//! `/contacts`.

use std::sync::Arc;

use talker_domain::messages::CONTENT_PER_ANSWER;
use talker_proto::contacts::{Contact, ListContacts};

use super::HttpError;
use super::sessions::read_as;
use crate::app::App;
use crate::wire;

pub(super) async fn list(app: Arc<App>, request: ListContacts) -> Result<Vec<Contact>, HttpError> {
    let (owner, contacts) = read_as(&app, request.user_id, &request.client_address, |transaction, owner| {
        transaction.contacts(owner, CONTENT_PER_ANSWER)
    })
    .await?;
    Ok(contacts.iter().map(|contact| wire::contacts::row(contact, owner)).collect())
}
