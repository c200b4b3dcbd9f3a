//! Two-key acts (domain section 3.0): the first key records exact terms and their hash; the second key names that hash.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    actor::{Actor, By},
    deadline::Calendar,
    refusal::Refusal,
    text::Sha256Hex,
    time::{Instant, local_date, start_of_day},
};

/// An offer of one side, waiting for the other side's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Offer<T> {
    /// Hash of the terms and of the moment they were offered; the second key names it.
    pub hash: Sha256Hex,
    /// The exact terms.
    pub terms: T,
    /// The first key.
    pub by: By,
    /// When it was offered.
    pub at: DateTime<Utc>,
    /// From this instant on it cannot be accepted any more (10 working days).
    pub lapses_at: DateTime<Utc>,
}

/// From when an offer made at `at` cannot be accepted any more: the end of the last of so many working days after its day.
pub fn lapse(at: Instant, working_days: u32, zone: Tz, calendar: &Calendar) -> Instant {
    let last = calendar.add_working_days(local_date(at, zone), working_days);
    start_of_day(last.succ_opt().unwrap_or(last), zone)
}

/// The hash that names an offer: over its terms, its author and its instant, so that every offer has its own.
///
/// # Errors
/// [`Refusal::Unrepresentable`] if the terms cannot be written as JSON, which no terms of this product are.
pub fn hash_of<T: Serialize>(terms: &T, by: &By, at: Instant) -> Result<Sha256Hex, Refusal> {
    let bytes = serde_json::to_vec(&(terms, by, at)).map_err(|_| Refusal::Unrepresentable)?;
    Ok(Sha256Hex::of(&bytes))
}

impl<T: Clone + PartialEq + Serialize + DeserializeOwned> Offer<T> {
    /// Makes the first key's offer.
    ///
    /// # Errors
    /// [`Refusal::Unrepresentable`], see [`hash_of`].
    pub fn make(terms: T, by: By, at: Instant, lapses_at: Instant) -> Result<Self, Refusal> {
        let hash = hash_of(&terms, &by, at)?;
        Ok(Self { hash, terms, by, at, lapses_at })
    }

    /// The working days that the offer was given, if they are so many by this calendar: numbers and closures of another
    /// day may have been others.
    pub fn given_days(&self, working_days: u32, zone: Tz, calendar: &Calendar) -> Option<u32> {
        (lapse(self.at, working_days, zone, calendar) == self.lapses_at).then_some(working_days)
    }

    /// Whether the second key may still turn.
    pub fn is_open(&self, now: Instant) -> bool {
        now < self.lapses_at
    }
}

/// Whether any of the offers may still be accepted.
///
/// # Errors
/// [`Refusal::NoSuchOffer`] if there is none, [`Refusal::OfferLapsed`] if all of them have lapsed.
pub fn any_open<T>(offers: &[Offer<T>], now: Instant) -> Result<(), Refusal>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    if offers.is_empty() {
        return Err(Refusal::NoSuchOffer);
    }
    if offers.iter().any(|offer| offer.is_open(now)) { Ok(()) } else { Err(Refusal::OfferLapsed) }
}

/// Whether the actor may turn the second key of any of the offers: whoever made the only one is told so before naming it.
///
/// # Errors
/// As [`any_open`], or what [`second_key`] says of the last open one.
pub fn any_to_accept<T>(
    offers: &[Offer<T>],
    actor: &Actor,
    may_turn: impl Fn(&Offer<T>) -> bool,
    now: Instant,
) -> Result<(), Refusal>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    any_open(offers, now)?;
    let mut refused = Refusal::NoSuchOffer;
    for offer in offers.iter().filter(|offer| offer.is_open(now)) {
        match second_key(offers, &offer.hash, actor, &may_turn, now) {
            Ok(_) => return Ok(()),
            Err(refusal) => refused = refusal,
        }
    }
    Err(refused)
}

/// Whether any of the offers is the actor's to take back.
///
/// # Errors
/// [`Refusal::WrongSide`] if all of them are others'.
pub fn any_to_retract<T>(offers: &[Offer<T>], is_own: impl Fn(&Offer<T>) -> bool) -> Result<(), Refusal> {
    if offers.iter().any(is_own) { Ok(()) } else { Err(Refusal::WrongSide) }
}

/// The open offers of which the actor may turn the second key, by hash.
pub fn to_accept<T>(
    offers: &[Offer<T>],
    actor: &Actor,
    may_turn: impl Fn(&Offer<T>) -> bool,
    now: Instant,
) -> Vec<Sha256Hex>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    let turns = |offer: &&Offer<T>| second_key(offers, &offer.hash, actor, &may_turn, now).is_ok();
    offers.iter().filter(turns).map(|offer| offer.hash.clone()).collect()
}

/// The open offers that are the actor's to take back, by hash.
pub fn to_retract<T>(offers: &[Offer<T>], is_own: impl Fn(&Offer<T>) -> bool, now: Instant) -> Vec<Sha256Hex>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    offers.iter().filter(|offer| offer.is_open(now) && is_own(offer)).map(|offer| offer.hash.clone()).collect()
}

/// Finds the named offer and checks that `actor` may be the second key: another person, of the side
/// that `may_turn` says.
///
/// # Errors
/// [`Refusal::NoSuchOffer`], [`Refusal::OfferLapsed`], [`Refusal::OwnOffer`] or [`Refusal::WrongSide`].
pub fn second_key<'a, T>(
    offers: &'a [Offer<T>],
    hash: &Sha256Hex,
    actor: &Actor,
    may_turn: impl FnOnce(&Offer<T>) -> bool,
    now: Instant,
) -> Result<&'a Offer<T>, Refusal>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    let offer = offers.iter().find(|offer| offer.hash == *hash).ok_or(Refusal::NoSuchOffer)?;
    if !offer.is_open(now) {
        return Err(Refusal::OfferLapsed);
    }
    if offer.by.is(actor.account) {
        return Err(Refusal::OwnOffer);
    }
    if !may_turn(offer) {
        return Err(Refusal::WrongSide);
    }
    Ok(offer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{Who, at};

    #[test]
    fn an_offer_lapses_with_the_last_of_its_working_days() {
        let (zone, calendar) = (chrono_tz::America::New_York, Calendar::new("federal", []));
        // Ten working days after Monday, November 16, with Thanksgiving between: December 1, to its end.
        let (made, lapses) = (at("2026-11-16T15:00:00Z"), at("2026-12-02T05:00:00Z"));
        assert_eq!(lapse(made, 10, zone, &calendar), lapses);
        let offer = Offer::make("terms".to_owned(), By::from(&Who::Pl.actor()), made, lapses).expect("an offer");
        let given = |days| offer.given_days(days, zone, &calendar);
        assert_eq!((given(10), given(9)), (Some(10), None));
    }
}
