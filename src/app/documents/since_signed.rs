//! What changed between the text that somebody signed last and the one that lies before them.

use std::collections::BTreeSet;

use super::{
    super::{
        App, AppError, Principal,
        list::part,
        read::Readable,
        rows::Looked,
        view::{Moment, ScreeningText, moment},
    },
    difference::Difference,
    reading::compared,
    texts::numbered,
};
use crate::{
    domain::{
        condition::Condition,
        id::{Kind, Subject},
        nomination::Nomination,
        time::Instant,
    },
    storage::{
        ReadTx,
        candidates::{Narrow, candidates},
        order::Start,
    },
};

/// Conditions that are looked back through, each the one whose place the next took.
const MOST_BACK: usize = 10;

/// Nominations that are looked through for a signature under an earlier generic text.
const MOST_LOOKED: u64 = 100;

/// Whose yes to a text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The person's own: an acknowledgement.
    Person,
    /// The side's: a signature for the organization.
    Side,
}

/// What was signed before the text that lies before a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedBefore {
    /// Nothing, neither this text nor one that it follows.
    Never,
    /// This very text.
    This,
    /// Another text.
    Other(Box<SinceSigned>),
}

/// What changed since the text that was signed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinceSigned {
    /// The condition whose text was signed, and the number of the text; none for a generic text.
    pub text: Option<(String, u32)>,
    /// When it was signed.
    pub at: Moment,
    /// What changed since; none where the earlier text was erased, or the two are too large to be compared.
    pub difference: Option<Difference>,
}

/// A signature that was found.
struct Found {
    digest: String,
    at: Instant,
}

impl App {
    /// What changed since the text of this condition, or of those whose place it takes, that was signed last; none while
    /// no text is agreed. Of conditions that the viewer may not know of nothing is told.
    ///
    /// # Errors
    /// As [`App::condition_text`] for the agreed text.
    pub async fn changes_since_signed(
        &self,
        viewer: &Principal,
        name: &str,
        whose: Whose,
    ) -> Result<Option<SignedBefore>, AppError> {
        let readable = self.readable(viewer, Kind::Condition, name, "text").await?;
        let Some(condition) = readable.case.conditions.get(&readable.subject.id) else { return Ok(None) };
        let Some(agreed) = condition.state.agreed.as_ref().map(|agreed| agreed.digest.as_str()) else {
            return Ok(None);
        };
        let Some((older, found)) = self.signed_last(viewer, &readable, whose).await? else {
            return Ok(Some(SignedBefore::Never));
        };
        let older = older.as_ref().unwrap_or(&readable);
        if found.digest == agreed {
            return Ok(Some(SignedBefore::This));
        }
        let Some((reference, number, before)) = self.text_of(viewer, older, &found.digest).await? else {
            return Ok(Some(SignedBefore::Never));
        };
        let after = self.text_of(viewer, &readable, agreed).await?.and_then(|(.., body)| body);
        let difference = both(before, after).await?;
        let at = moment(found.at, self.settings().program.zone);
        Ok(Some(SignedBefore::Other(Box::new(SinceSigned { text: Some((reference, number)), at, difference }))))
    }

    /// What changed since the generic screening text that the viewer's organization signed last, under any nomination of
    /// it that the viewer may know of.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn changes_since_screening(
        &self,
        viewer: &Principal,
        shown: &ScreeningText,
    ) -> Result<SignedBefore, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.screening_signed(&tx, viewer).await;
        tx.end().await?;
        let Some(found) = found? else { return Ok(SignedBefore::Never) };
        if found.digest == shown.digest {
            return Ok(SignedBefore::This);
        }
        let (versions, _) = self.framework_versions().await?;
        let texts = versions.iter().flat_map(|version| &version.templates);
        let before = texts.into_iter().find(|template| template.text_digest.as_str() == found.digest);
        let before = before.map(|template| template.default_text.as_str().to_owned());
        let difference = both(before, Some(shown.text.clone())).await?;
        let at = moment(found.at, self.settings().program.zone);
        Ok(SignedBefore::Other(Box::new(SinceSigned { text: None, at, difference })))
    }

    /// The last signature on a text of the condition, or else of the one whose place it takes, and so on back; with the
    /// condition where it was found, if that is an earlier one.
    async fn signed_last(
        &self,
        viewer: &Principal,
        newest: &Readable,
        whose: Whose,
    ) -> Result<Option<(Option<Readable>, Found)>, AppError> {
        let mut earlier: Option<Readable> = None;
        for _ in 0..MOST_BACK {
            let readable = earlier.as_ref().unwrap_or(newest);
            let Some(condition) = readable.case.conditions.get(&readable.subject.id) else { return Ok(None) };
            if let Some(found) = signed(&condition.state, viewer, whose) {
                return Ok(Some((earlier, found)));
            }
            let before = condition.state.supersedes.map(|before| Subject::new(Kind::Condition, before));
            let Some(before) = before.and_then(|before| readable.case.reference(before)) else { return Ok(None) };
            earlier = match self.readable(viewer, Kind::Condition, before, "text").await {
                Ok(readable) => Some(readable),
                Err(AppError::NotFound | AppError::Forbidden | AppError::Locked) => return Ok(None),
                Err(error) => return Err(error),
            };
        }
        Ok(None)
    }

    /// Reference, number and body of the text with this digest; without its body once that was erased.
    async fn text_of(
        &self,
        viewer: &Principal,
        readable: &Readable,
        digest: &str,
    ) -> Result<Option<(String, u32, Option<String>)>, AppError> {
        let Some(condition) = readable.case.conditions.get(&readable.subject.id) else { return Ok(None) };
        let version = condition.state.versions.iter().find(|version| version.digest.as_str() == digest);
        let Some(version) = version else { return Ok(None) };
        let body = match self.texts(viewer, readable).await {
            Ok(texts) => Some(numbered(readable, &texts, version.number)?.1.body.clone()),
            Err(AppError::Erased(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Some((condition.reference.clone(), version.number, body)))
    }

    async fn screening_signed(&self, tx: &ReadTx, viewer: &Principal) -> Result<Option<Found>, AppError> {
        let looked = Looked::new(viewer, self.decision_time(tx).await?);
        let parts = [part(&looked, Kind::Nomination, &[])];
        let (rows, _) = candidates(tx, &parts, &Narrow::default(), Start::default(), MOST_LOOKED).await?;
        let releases: BTreeSet<_> = rows.iter().filter_map(|row| row.release).collect();
        let cases = self.cases(tx, &releases, &BTreeSet::new(), looked.now).await?;
        let of_row = |row: &crate::storage::candidates::Candidate| {
            let case = cases.cases.get(&row.release?)?;
            self.sight(&viewer.actor, case, row.subject)?;
            screened(&case.nominations.get(&row.subject.id)?.state, viewer)
        };
        Ok(rows.iter().filter_map(of_row).max_by_key(|found| found.at))
    }
}

/// The last yes of the person, or of the person's side, to a text of the condition.
fn signed(condition: &Condition, viewer: &Principal, whose: Whose) -> Option<Found> {
    match whose {
        Whose::Person => {
            let own = condition.acknowledgements.get(&viewer.actor.account)?;
            Some(Found { digest: own.digest.as_str().to_owned(), at: own.at })
        }
        Whose::Side => {
            let own = condition.signatures.iter().filter(|signature| signature.by.side == Some(viewer.actor.side));
            let last = own.max_by_key(|signature| signature.at)?;
            Some(Found { digest: last.digest.as_str().to_owned(), at: last.at })
        }
    }
}

/// The signature of the viewer's organization on the generic text of the nomination.
fn screened(nomination: &Nomination, viewer: &Principal) -> Option<Found> {
    let own = nomination.screening_nda.as_ref().filter(|_| nomination.partner == viewer.actor.organization)?;
    Some(Found { digest: own.digest.as_str().to_owned(), at: own.at })
}

/// The difference, where there are two texts that can be compared.
async fn both(before: Option<String>, after: Option<String>) -> Result<Option<Difference>, AppError> {
    let (Some(before), Some(after)) = (before, after) else { return Ok(None) };
    match compared(before, after).await {
        Ok(difference) => Ok(Some(difference)),
        Err(AppError::NoDifference(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
