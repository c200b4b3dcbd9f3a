//! The first sheets of a pack: what it is, for whom and what for, what is not in it, and the engagement in a few lines.

use super::parts::Parts;
use crate::{
    app::view::{EngagementView, RecordView},
    domain::{actor::Side, framework::WindowClock},
    web::pages::{
        particulars,
        record::{ENGAGEMENT_TOLD, HEAD, engagement_header},
        time::length,
        ui::{Facts, Inline, Section, bar},
        words,
    },
};

impl Parts<'_> {
    /// What the pack says of itself.
    pub fn about(&self, purpose: &str) -> Facts {
        let about = &self.export.about;
        let roles: Vec<String> = about.requester.roles.iter().map(|role| words::role(*role)).collect();
        let framework = about.framework.as_ref().map(|version| {
            Inline::text(format!("{}, from {}: {}", version.id, version.effective_from, version.authority))
        });
        Facts::new()
            .with("What this is", Inline::text("The record of an engagement, as the side that it is for may know it"))
            .with("Engagement", Inline::text(&about.engagement))
            .with("Developer", Inline::text(&self.export.record.developer.name))
            .with("Marking", Inline::text(&about.banner))
            .with("Copy for", Inline::text(words::side(about.copy_for)))
            .with("Requested by", Inline::text(format!("{}, {}", about.requester.name, about.requester.organization)))
            .with("Roles", Inline::text(roles.join(", ")))
            .with("Purpose", Inline::text(purpose))
            .with("As of", self.clock.plain(self.export.record.as_of.at))
            .some("Marking designated by", Inline::text(about.designated_by.clone().unwrap_or_default()))
            .some("Asked about the marking", Inline::text(about.marking_contact.map(words::role).unwrap_or_default()))
            .some("Framework version", framework.unwrap_or(Inline::None))
    }

    /// What is not in the pack, and why.
    pub fn left_out(&self) -> Inline {
        let side = self.export.about.copy_for;
        let mut lines = vec![
            "Records, events and texts that this side may not know: each side takes out a copy of its own.",
            "Mail to other sides. No words of any mail are kept.",
            "The content of uploaded documents, listed with their SHA-256: the export package holds the files.",
            "The hashes of single events: the export package holds every link of the chains, whose newest links stand \
             under Ledger.",
        ];
        if side != Side::Government {
            lines.push("Names of people of the government: they are told as their side.");
        }
        if self.export.told.prerequisites.is_empty() {
            lines.push(
                "When people attested and were trained, and references of screenings: the person and the insider-risk \
                 officer read them.",
            );
        }
        let replaced = self.replaced();
        let replaced = (!replaced.is_empty()).then(|| Inline::text(replaced));
        Inline::list(lines.into_iter().map(Inline::text).chain(replaced))
    }

    /// The engagement as its requester sees it whole.
    pub fn engagement(&self) -> Option<&EngagementView> {
        self.export.told.views.iter().find_map(|view| match view {
            RecordView::Engagement(view) => Some(view.as_ref()),
            _ => None,
        })
    }

    /// Parties, stage and window.
    pub fn summary(&self) -> Section {
        let section = Section::new("summary", "Summary");
        let Some(view) = self.engagement() else { return section };
        let header = engagement_header(view, self.clock)
            .some("Outcome", Inline::maybe(view.outcome.as_ref(), |how| particulars::inline(&json(how), self.clock)))
            .some("Proposed", Inline::maybe(view.proposed_at.as_ref(), |at| self.clock.plain(at.at).into()));
        section
            .with(header)
            .some(view.window.as_ref().map(|window| bar(window, self.clock).on_paper()))
            .some(window(view))
    }

    /// What records law asks: designations as confidential, retention, erasure.
    pub fn kept(&self) -> Section {
        let section = Section::new("kept", "Records and confidentiality");
        let Some(view) = self.engagement() else { return section };
        let without: Vec<&str> =
            HEAD.into_iter().chain(ENGAGEMENT_TOLD).chain(["outcome", "proposed_at", "sameness"]).collect();
        let facts = particulars::facts(view, self.clock, &without);
        if facts.rows.is_empty() { section } else { section.with(facts) }
    }
}

/// The time that was used, and what suspension does to the clock.
fn window(view: &EngagementView) -> Option<Facts> {
    let window = view.window.as_ref()?;
    let clock = match window.clock {
        WindowClock::Running => "Runs on: the close stays where it is",
        WindowClock::Paused => "Stops: the time is made up up to the cap",
    };
    let used = format!("{} of {}", length(window.used_seconds), length(window.cap_seconds));
    Some(Facts::new().with("Used of the cap", Inline::text(used)).with("Clock during suspension", Inline::text(clock)))
}

fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
