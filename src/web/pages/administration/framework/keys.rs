//! The two keys of an activation, each with a fresh proof of who turns it.

use axum::{extract::State, response::Response, routing::get};

use super::draft::{below, path};
use crate::{
    app::{AppError, framework::DraftEntry},
    domain::text::Sha256Hex,
    web::{
        Web,
        extract::{
            Path,
            visitor::{Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            administration::clock,
            particulars, proof,
            ui::{Control, FieldView, FormView},
            wrong::Wrong,
        },
    },
};

/// What may be done with a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Offer,
    Accept,
    Retract,
}

impl Key {
    const ALL: [Self; 3] = [Self::Offer, Self::Accept, Self::Retract];

    const fn name(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Accept => "accept",
            Self::Retract => "retract",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Offer => "Turn the first key",
            Self::Accept => "Turn the second key",
            Self::Retract => "Take the offer back",
        }
    }

    const fn lead(self) -> &'static str {
        match self {
            Self::Offer => "You offer to activate exactly this text on exactly this date.",
            Self::Accept => {
                "The version counts from its date on, for whatever is proposed then. Its text never changes again."
            }
            Self::Retract => "The version is a draft again.",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Offer => "offered",
            Self::Accept => "activated",
            Self::Retract => "retracted",
        }
    }
}

pub(super) fn routes() -> Vec<PageRoute> {
    let route = |key: Key| {
        let look = move |web, member, digest| page(web, member, digest, key);
        let send = move |web, digest, posted| turn(web, digest, posted, key);
        let path = format!("/administration/framework/drafts/{{digest}}/{}", key.name());
        PageRoute::form(path, get(look).post(send))
    };
    Key::ALL.map(route).into()
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(digest): Path<String>,
    key: Key,
) -> Result<Response, AppError> {
    let draft = web.app.framework_draft(visitor.principal(), &digest).await?;
    question(&web, &visitor, &draft.entry, key, None)
}

fn question(
    web: &Web,
    visitor: &Visitor,
    draft: &DraftEntry,
    key: Key,
    wrong: Option<&Wrong>,
) -> Result<Response, AppError> {
    // The second key names the offer that was read, so that another one is not accepted in its place.
    let hash = draft.offer.as_ref().map(|offer| offer.hash.as_str().to_owned()).unwrap_or_default();
    let form = FormView::new("key", format!("{}/{}", path(draft), key.name()), &visitor.csrf, key.label())
        .field(FieldView::of("hash", "Offer", Control::Hidden { value: hash }))
        .fields(proof::fields(visitor))
        .or_back(path(draft), "Back without doing it");
    let page = below(web, visitor, draft, &format!("{}: {}", key.label(), draft.version)).lead(key.lead());
    let terms = draft.offer.as_ref().map(|offer| particulars::facts(&offer.terms, clock(web), &[]));
    let terms = terms.unwrap_or_else(|| particulars::facts(draft, clock(web), &["author", "offer"]));
    page.with(terms).form(form, wrong).answer()
}

async fn turn(
    State(web): State<Web>,
    Path(digest): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
    key: Key,
) -> Result<Response, AppError> {
    let draft = web.app.framework_draft(visitor.principal(), &digest).await?.entry;
    let again = |wrong: &Wrong| question(&web, &visitor, &draft, key, Some(wrong));
    let to = format!("{}?done={}", path(&draft), key.done());
    let act = carry_out(&web, &visitor, &draft, key, fields.get("hash"));
    Box::pin(proof::proven(&web, &visitor, &fields, again, &to, act)).await
}

async fn carry_out(
    web: &Web,
    visitor: &Visitor,
    draft: &DraftEntry,
    key: Key,
    hash: &str,
) -> Result<DraftEntry, AppError> {
    let (who, version) = (visitor.principal(), &draft.version);
    if key == Key::Offer {
        return web.app.offer_framework(who, version, (&draft.digest, draft.effective_from)).await;
    }
    let hash = Sha256Hex::try_from(hash.to_owned()).map_err(|_| AppError::field("", "no offer is open"))?;
    if key == Key::Accept {
        web.app.accept_framework(who, version, &hash).await
    } else {
        web.app.retract_framework(who, version, &hash).await
    }
}
