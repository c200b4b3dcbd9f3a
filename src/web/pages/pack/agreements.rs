//! What both sides agreed, in a pack: conditions with their agreed texts, signatures, and nominations with both keys.

use super::{papers::text_id, parts::Parts};
use crate::{
    app::view::{ConditionView, NominationView, RecordView},
    domain::id::Kind,
    web::pages::{
        particulars,
        record::{
            HEAD, NOMINATION_TOLD, SIGNATURE_COLUMNS, close_out, criteria, link, nomination_header, nomination_keys,
            signed,
        },
        ui::{Inline, Part, Row, Section, Table},
        words,
    },
};

impl<'a> Parts<'a> {
    /// The conditions.
    pub fn agreed(&self) -> Vec<&'a ConditionView> {
        self.of(|view| if let RecordView::Condition(condition) = view { Some(condition) } else { None })
    }

    /// The nominations that the requester sees whole.
    pub fn nominated(&self) -> Vec<&'a NominationView> {
        self.of(|view| if let RecordView::Nomination(nomination) = view { Some(nomination.as_ref()) } else { None })
    }

    /// Each condition with its agreed text and where it stands.
    pub fn conditions(&self) -> Section {
        let rows = self.agreed().into_iter().map(|view| {
            let between = format!("{}; {}", words::side(view.protected), words::side(view.bound));
            Row::new(vec![
                Inline::List(vec![Inline::record(Kind::Condition, &view.reference), Inline::text(&view.title)]),
                link(&view.attached_to),
                Inline::text(between),
                Inline::List(vec![
                    Inline::Tag(words::label(view.stage)),
                    Inline::text(format!("since {}", self.clock.plain(view.since.at).text)),
                ]),
                self.agreement(view),
                Inline::text(if view.required { "Yes" } else { "No" }),
            ])
        });
        let columns =
            ["Condition", "Attached to", "Protects and binds", "Stage", "Agreed text", "Required before access"];
        let table = Table::new("Conditions with the text that was agreed", &columns, "No condition is attached.");
        Section::new("conditions", "Conditions").with(table.with(rows))
    }

    /// The text that was agreed: its number, which leads to it, and from when and until when it binds.
    fn agreement(&self, view: &ConditionView) -> Inline {
        let Some(agreed) = &view.agreed else { return Inline::text("Not agreed yet") };
        let digest = agreed.digest.as_str();
        let number = view.texts.iter().find(|text| text.digest == digest).map_or(0, |text| text.number);
        let named = format!("Text {number}");
        let text = if self.export.documents.contains_key(digest) {
            Inline::link(format!("#{}", text_id(digest)), named)
        } else {
            Inline::text(named)
        };
        let binds = format!("binds from {}", self.clock.plain(agreed.effective_at).text);
        let until = agreed.expires_at.map(|at| Inline::text(format!("until {}", self.clock.plain(at).text)));
        Inline::list([text, Inline::text(binds)].into_iter().chain(until))
    }

    /// Who signed which text, and who acknowledged it.
    pub fn signatures(&self) -> Section {
        let conditions = self.agreed();
        let named = |view: &ConditionView| Inline::record(Kind::Condition, &view.reference);
        let rows = conditions.iter().flat_map(|view| {
            let signed = |signature| std::iter::once(named(view)).chain(signed(signature, self.clock)).collect();
            view.signatures.iter().map(signed).map(Row::new).collect::<Vec<_>>()
        });
        let columns: Vec<&str> = std::iter::once("Condition").chain(SIGNATURE_COLUMNS).collect();
        let table = Table::new("Signatures of the organizations", &columns, "Nobody has signed yet.").with(rows);
        let acknowledged = conditions.iter().filter(|view| !view.acknowledged_by.is_empty()).map(|view| {
            let people: Vec<&str> = view.acknowledged_by.iter().map(|person| person.name.as_str()).collect();
            Row::new(vec![named(view), Inline::text(people.join(", "))])
        });
        let personal =
            Table::new("Acknowledgements", &["Condition", "Acknowledged by"], "Nobody acknowledged a text yet.");
        Section::new("signatures", "Signatures").with(table).with(personal.titled().with(acknowledged))
    }

    /// Each nomination with the partner's statements and both keys; in outline where the requester sees no more.
    pub fn nominations(&self) -> Section {
        let outlined = |view: &RecordView| matches!(view, RecordView::NominationOutline(_) | RecordView::Approach(_));
        let section = self.others("nominations", "Nominations of trusted partners", outlined);
        let whole = self.nominated();
        if whole.is_empty() {
            return section;
        }
        let mut parts: Vec<Part> = whole.into_iter().flat_map(|view| self.nomination(view)).collect();
        parts.extend(section.parts.into_iter().filter(|part| !matches!(part, Part::Line(_))));
        Section { parts, ..section }
    }

    fn nomination(&self, view: &NominationView) -> Vec<Part> {
        let without: Vec<&str> = HEAD.into_iter().chain(NOMINATION_TOLD).collect();
        let mut header = nomination_header(view, self.clock);
        header.rows.extend(particulars::facts(view, self.clock, &without).rows);
        let mut parts = vec![Part::Heading(format!("{} {}", view.reference, view.partner.name)), header.into()];
        let signature = view.screening_signature.as_ref().map(|signature| Row::new(signed(signature, self.clock)));
        let table = Table::new("Signature on the screening agreement", &SIGNATURE_COLUMNS, "Nobody has signed it yet.");
        parts.push(table.titled().with(signature).into());
        parts.extend(
            nomination_keys(view, self.clock, self.export.about.copy_for).into_iter().flat_map(|keys| keys.parts),
        );
        let said =
            criteria(view).rows.into_iter().map(|(criterion, basis)| Row::new(vec![Inline::text(criterion), basis]));
        let table =
            Table::new("Criteria and their basis", &["Criterion", "Statement of the partner"], "No statement yet.");
        parts.push(table.titled().with(said).into());
        parts
    }

    /// What is to be returned or destroyed.
    pub fn close_out(&self) -> Section {
        let items = self.engagement().map(|view| view.items.as_slice()).unwrap_or_default();
        close_out(items, self.clock)
    }
}
