//! The ways to the rules that decide, and to what the office keeps, as far as the reader is answered there.

use crate::{
    authz::administration::AdministrativeAction as A,
    web::{
        Web,
        extract::visitor::Visitor,
        pages::ui::{Act, Acts, Section},
    },
};

/// An address, its name, and what is there.
type Way = (&'static str, &'static str, &'static str);

/// What anybody may look at.
const OPEN: [Way; 3] = [
    ("/permissions", "Permission matrix", "Which role may do what, in which stage."),
    ("/workflow", "Workflow", "Stages, transitions, guards and actors of each kind of record."),
    ("/problems", "Refusals", "What each refusal means, and who can clear it."),
];

/// What whoever signed in may look at.
const SIGNED_IN: [Way; 3] = [
    ("/administration/framework", "Framework versions", "The configurable rules, dated, with their texts."),
    ("/administration/working-days", "Working days", "Holidays and closures, by which task dates are counted."),
    ("/administration/milestones", "Milestones", "What the order asks of agencies, and what is known of it."),
];

/// What is for whoever may carry out the act.
const OFFERED: [(A, Way); 3] = [
    (A::ReadFigures, ("/administration/figures", "Figures", "Counts and turnaround over many records.")),
    (
        A::ManageApiTokens,
        ("/administration/api-tokens", "API tokens", "What the gateways of your organization ask with."),
    ),
    (A::LookAfterMail, ("/mail-problems", "Mail problems", "Mails that did not arrive, and who looked after it.")),
];

/// The section with these ways; who came by a link to one record has those alone that are for anybody.
pub fn section(web: &Web, visitor: Option<&Visitor>) -> Section {
    let member = visitor.filter(|one| one.principal().actor.link.is_none());
    let mut ways: Vec<Way> = OPEN.into();
    if let Some(member) = member {
        ways.extend(SIGNED_IN);
        let offered = OFFERED.iter().filter(|(act, _)| web.app.offers(member.principal(), *act));
        ways.extend(offered.map(|(_, way)| *way));
    }
    let act = |(href, label, summary): Way| Act {
        href: href.to_owned(),
        label: label.to_owned(),
        summary: summary.to_owned(),
        next: false,
    };
    let open = ways.into_iter().map(act).collect();
    Section::new("rules", "The rules, and what the office keeps").with(Acts { open, blocked: Vec::new() })
}
