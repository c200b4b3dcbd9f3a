//! Folding events into an engagement: total, and without rules.

use super::{
    Engagement, EngagementEvent as Event, Outcome, Sameness, Stage, Terms,
    closeout::{CloseOutItem, ItemState},
    window::Window,
};
use crate::domain::{
    actor::{By, Side},
    text::ExternalReference,
    time::Instant,
};

/// The engagement after the event; `None` until it was drafted.
pub fn evolve(before: Option<Engagement>, event: &Event, by: &By, at: Instant) -> Option<Engagement> {
    if let Event::Drafted { developer, release, access_mode } = event {
        return Some(Engagement {
            developer: *developer,
            release: *release,
            access_mode: *access_mode,
            stage: Stage::Draft,
            since: at,
            framework: None,
            framework_digest: None,
            migrated: false,
            proposed_at: None,
            weights_target: None,
            liaison: None,
            signatory: None,
            lead: None,
            sameness: None,
            window: None,
            offers: Vec::new(),
            items: std::collections::BTreeMap::new(),
            drafted_by: by.clone(),
            records: crate::domain::records::EngagementRecords::default(),
            marking: None,
        });
    }
    let mut engagement = before?;
    apply(&mut engagement, event, by, at);
    Some(engagement)
}

#[expect(clippy::too_many_lines, reason = "one arm an event, and each is a line or two")]
fn apply(e: &mut Engagement, event: &Event, by: &By, at: Instant) {
    match event {
        Event::Drafted { .. } | Event::ConflictChecked => {}
        Event::Proposed { framework, framework_digest, weights_target, same_release_as, .. } => {
            declare(e, same_release_as.as_deref());
            e.framework = Some(framework.clone());
            e.framework_digest.clone_from(framework_digest);
            e.migrated = false;
            e.weights_target = *weights_target;
            e.proposed_at = Some(at);
            enter(e, Stage::Proposed, at);
        }
        Event::FrameworkMigrated { to, framework_digest, .. } => {
            e.framework = Some(to.clone());
            e.framework_digest = Some(framework_digest.clone());
            e.migrated = true;
        }
        Event::Recalled | Event::Returned => enter(e, Stage::Draft, at),
        Event::Acknowledged | Event::FellBackToConditions { .. } => enter(e, Stage::Conditions, at),
        Event::Claimed { liaison } | Event::Transferred { liaison } => e.liaison = Some(*liaison),
        Event::ClaimReleased => {
            // The pool is what nobody is assigned to: the next liaison assigns a signatory anew.
            e.liaison = None;
            e.signatory = None;
        }
        Event::LeadNamed { lead } => e.lead = Some(*lead),
        Event::SamenessDisputed { release } => {
            e.sameness = Some(Sameness { release: release.clone(), by: Side::Government });
        }
        Event::DisputeDropped | Event::ReleasesMerged { .. } => {
            e.sameness = None;
            e.offers.retain(|offer| !matches!(offer.terms, Terms::MergeReleases { .. }));
        }
        Event::Lapsed => enter(e, Stage::Closed { outcome: Outcome::Lapsed }, at),
        Event::Reopened => {
            e.framework = None;
            e.framework_digest = None;
            e.migrated = false;
            e.weights_target = None;
            enter(e, Stage::Draft, at);
        }
        Event::SignatoryAssigned { signatory } => e.signatory = Some(*signatory),
        Event::Declined => enter(e, Stage::Closed { outcome: Outcome::Declined }, at),
        Event::Ready => enter(e, Stage::Ready, at),
        Event::ReleasedBeforeWindow => enter(e, Stage::Closed { outcome: Outcome::ReleasedWithoutWindow }, at),
        Event::Withdrawn => withdraw(e, at),
        Event::MarkingDesignated { designation } => e.marking = Some(designation.clone()),
        Event::Closed => close(e, at),
        Event::Records { records } => e.records.apply(records, at),
        Event::OfferMade { offer } => e.offers.push(offer.clone()),
        Event::OfferAccepted { hash } | Event::OfferRetracted { hash } => e.offers.retain(|o| o.hash != *hash),
        Event::WindowScheduled { .. }
        | Event::WindowOpened { .. }
        | Event::OpeningMissed { .. }
        | Event::WindowSuspended { .. }
        | Event::WindowResumed
        | Event::WindowShrunk { .. }
        | Event::EndLowered { .. }
        | Event::WindowExtended { .. }
        | Event::WindowClosed { .. } => window(e, event, at),
        Event::ItemRegistered { .. }
        | Event::ItemCertified { .. }
        | Event::CertificateAccepted { .. }
        | Event::CertificateDisputed { .. }
        | Event::ItemExcepted { .. } => item(e, event, by),
    }
}

/// What the official declares now takes the place of what was declared before; a dispute of the other side stands.
fn declare(e: &mut Engagement, same_release_as: Option<&str>) {
    if e.sameness.as_ref().is_none_or(|sameness| sameness.by == Side::Developer) {
        e.sameness = same_release_as.map(|release| Sameness { release: release.to_owned(), by: Side::Developer });
    }
}

/// Offers end with their stage (domain section 3.0).
fn enter(e: &mut Engagement, stage: Stage, at: Instant) {
    e.stage = stage;
    e.since = at;
    e.offers.clear();
}

/// Withdrawal closes an engagement that never opened; the outcome of one that did stands already.
fn withdraw(e: &mut Engagement, at: Instant) {
    if e.stage.is_before_window() {
        enter(e, Stage::Closed { outcome: Outcome::Withdrawn }, at);
    }
}

fn close(e: &mut Engagement, at: Instant) {
    if let Stage::CloseOut { outcome } = e.stage {
        enter(e, Stage::Closed { outcome }, at);
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn window(e: &mut Engagement, event: &Event, at: Instant) {
    match event {
        Event::WindowScheduled { open_at, agreed_end } => {
            enter(e, Stage::WindowScheduled { open_at: *open_at, agreed_end: *agreed_end, missed: false }, at);
        }
        Event::WindowOpened { release_bound, earlier_end } => {
            e.window = Some(Window::open(at, *release_bound, *earlier_end));
            enter(e, Stage::WindowOpen, at);
        }
        Event::OpeningMissed { .. } => {
            if let Stage::WindowScheduled { missed, .. } = &mut e.stage {
                *missed = true;
            }
        }
        // A security concern comes on top of a suspension, which otherwise stays what it was. Who holds the other key to
        // resume is another one then, so that no offer made before stands.
        Event::WindowSuspended { security: held, .. } if matches!(e.stage, Stage::Suspended { .. }) => {
            if let Stage::Suspended { security, .. } = &mut e.stage {
                *security |= *held;
            }
            e.offers.retain(|offer| !matches!(offer.terms, Terms::ResumeWindow { .. }));
        }
        Event::WindowSuspended { side, security, .. } => {
            e.window.iter_mut().for_each(|window| window.suspend(at));
            enter(e, Stage::Suspended { side: *side, security: *security }, at);
        }
        Event::WindowResumed => {
            e.window.iter_mut().for_each(|window| window.resume(at));
            enter(e, Stage::WindowOpen, at);
        }
        Event::WindowShrunk { release_bound } => {
            e.window.iter_mut().for_each(|window| window.release_bound = *release_bound);
        }
        Event::EndLowered { earlier_end } => lower(e, *earlier_end),
        Event::WindowExtended { release_bound, earlier_end } => {
            if let Some(window) = &mut e.window {
                window.release_bound = release_bound.unwrap_or(window.release_bound);
                window.earlier_end = earlier_end.or(window.earlier_end);
            }
        }
        Event::WindowClosed { outcome } => {
            e.window.iter_mut().for_each(|window| window.close(at));
            enter(e, Stage::CloseOut { outcome: *outcome }, at);
        }
        _ => {}
    }
}

fn lower(e: &mut Engagement, to: Instant) {
    if let Stage::WindowScheduled { agreed_end, .. } = &mut e.stage {
        *agreed_end = Some(to);
    }
    if let Some(window) = &mut e.window {
        window.earlier_end = Some(to);
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn item(e: &mut Engagement, event: &Event, by: &By) {
    match event {
        Event::ItemRegistered { reference, disposition } => {
            let item = CloseOutItem {
                reference: reference.clone(),
                disposition: *disposition,
                registered_by: by.clone(),
                state: ItemState::Registered,
            };
            e.items.insert(reference.as_str().to_owned(), item);
        }
        Event::ItemCertified { reference, certificate } => {
            set(e, reference, |_| ItemState::Certified { certificate: certificate.clone() });
        }
        Event::CertificateAccepted { reference } => set(e, reference, |state| match state {
            ItemState::Certified { certificate } | ItemState::Disputed { certificate } => {
                ItemState::Accepted { certificate }
            }
            other => other,
        }),
        Event::CertificateDisputed { reference } => set(e, reference, |state| match state {
            ItemState::Certified { certificate } => ItemState::Disputed { certificate },
            other => other,
        }),
        Event::ItemExcepted { reference, authority, custodian } => set(e, reference, |_| {
            ItemState::RetainedUnderRecordsLaw { authority: authority.clone(), custodian: custodian.clone() }
        }),
        _ => {}
    }
}

fn set(e: &mut Engagement, reference: &ExternalReference, change: impl FnOnce(ItemState) -> ItemState) {
    if let Some(item) = e.items.get_mut(reference.as_str()) {
        item.state = change(item.state.clone());
    }
}
