//! Folding events into a grant: total, and without rules.

use super::{Grant, GrantEvent as Event, GrantStage as Stage, GrantSuspension};
use crate::domain::{actor::By, records::Erased, text::Statement, time::Instant};

/// The grant after the event; `None` until it was requested.
pub fn evolve(before: Option<Grant>, event: &Event, by: &By, at: Instant) -> Option<Grant> {
    if let Event::Requested { grant } = event {
        return Some(Grant {
            developer: grant.developer,
            engagement: grant.engagement,
            nomination: grant.nomination,
            holder: grant.holder,
            holder_organization: grant.holder_organization,
            side: grant.side,
            need_to_know: grant.need_to_know.clone(),
            stage: Stage::Requested,
            since: at,
            requested_at: at,
            requested_by: by.clone(),
            approved_by: None,
            certified_at: None,
            erased: None,
        });
    }
    let mut grant = before?;
    match event {
        Event::Requested { .. } => {}
        Event::PrerequisitesCleared => enter(&mut grant, Stage::Prerequisites, at),
        Event::Approved => {
            grant.approved_by = Some(by.clone());
            enter(&mut grant, Stage::Approved, at);
        }
        Event::Activated => {
            grant.certified_at = Some(at);
            enter(&mut grant, Stage::Active, at);
        }
        Event::Recertified => recertify(&mut grant, at),
        // The insider-risk officer's hold comes on top of a suspension, which otherwise stays what it was.
        Event::Suspended { security: held, .. } if matches!(grant.stage, Stage::Suspended { .. }) => {
            if let Stage::Suspended { security, .. } = &mut grant.stage {
                *security |= *held;
            }
        }
        Event::Suspended { security, reason } => {
            let stage = Stage::Suspended { by: by.side, security: *security, reason: *reason };
            enter(&mut grant, stage, at);
        }
        Event::SecurityCleared => {
            if let Stage::Suspended { security, .. } = &mut grant.stage {
                *security = false;
            }
        }
        Event::SuspensionLifted => {
            let stage = if grant.certified_at.is_some() { Stage::Active } else { Stage::Approved };
            enter(&mut grant, stage, at);
        }
        Event::Revoked => enter(&mut grant, Stage::Revoked, at),
        Event::Expired => enter(&mut grant, Stage::Expired, at),
        Event::Closed => enter(&mut grant, Stage::Closed, at),
        Event::ContentErased { under } => {
            grant.need_to_know = Statement::erased();
            grant.erased = Some(Erased::new(at, under));
        }
    }
    Some(grant)
}

fn enter(grant: &mut Grant, stage: Stage, at: Instant) {
    grant.stage = stage;
    grant.since = at;
}

/// Recertification also lifts the suspension that its absence brought, unless the insider-risk officer holds it too.
fn recertify(grant: &mut Grant, at: Instant) {
    grant.certified_at = Some(at);
    if matches!(grant.stage, Stage::Suspended { reason: GrantSuspension::RecertificationMissed, security: false, .. }) {
        enter(grant, Stage::Active, at);
    }
}
