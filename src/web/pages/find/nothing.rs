//! What a list says where it is empty without anything having been asked for: what comes there and who begins it, and
//! for whoever may begin one, how.

use crate::{
    authz::{Scope, ever},
    domain::{
        action::Creates,
        actor::{Actor, Role, Side},
        command::Command,
        id::Kind,
    },
    web::{
        Web,
        extract::visitor::Visitor,
        pages::{ui::Link, words},
    },
};

/// What stands where a query finds nothing.
pub(super) const FITS: &str = "No record fits that you may know of. Take a term away, or look in another list.";

/// What stands on the search over all kinds.
const ANYWHERE: &str = "No record is there yet that you may know of. Your worklist says what waits for you.";

/// What stands where whoever looks is shown no list, because each record opens by an authorization for its case.
const AUDITOR: &str =
    "Nothing is listed for auditors. Enter the reference of a record that you are authorized to read.";

/// What stands where no role of whoever looks reads such records.
const NOT_LISTED: &str = "Records of this kind are not listed for your roles.";

/// What an empty list says of itself, and the lists in which one is begun. `begin` is what begins one from here.
pub(super) fn at_all(web: &Web, visitor: &Visitor, kind: Option<Kind>, begin: &[Link]) -> (String, Vec<Link>) {
    let actor = &visitor.principal().actor;
    let Some(kind) = kind else { return (ANYWHERE.to_owned(), Vec::new()) };
    if !reads(actor, kind) {
        let said = if actor.has(Role::Auditor) { AUDITOR } else { NOT_LISTED };
        return (said.to_owned(), Vec::new());
    }
    let comes = comes(kind, actor.side);
    if let Some(link) = begin.first() {
        return (format!("{comes} “{}” begins one.", link.text), Vec::new());
    }
    let makes =
        Command::catalog().into_iter().filter(|facts| facts.action.kind == kind && facts.creates != Creates::No);
    let makes = makes.map(|facts| facts.action).any(|action| ever(web.app.engine(), actor, action));
    let under: Vec<Kind> = Command::parents(kind).iter().copied().filter(|kind| makes && reads(actor, *kind)).collect();
    if under.is_empty() {
        return (comes.to_owned(), Vec::new());
    }
    let names: Vec<String> = under.iter().map(|one| words::kind(*one).to_lowercase()).collect();
    let way = format!("To begin one, open its {} and choose “Begin something here”.", names.join(" or "));
    let link = |one: Kind| Link { href: format!("/{}", one.plural()), text: words::kinds(one).to_owned() };
    (format!("{comes} {way}"), under.into_iter().map(link).collect())
}

/// Whether the kind has any record that could be the actor's to read, by the actor's roles.
pub(super) fn reads(actor: &Actor, kind: Kind) -> bool {
    !Scope::of(actor, kind).alternatives().is_empty()
}

/// What comes to the list of the kind, and who begins it, as the side knows it.
const fn comes(kind: Kind, side: Side) -> &'static str {
    match (kind, side) {
        (Kind::Release, Side::Developer) => "Model releases that your organization registers come here.",
        (Kind::Release, Side::Government | Side::Partner) => {
            "A model release comes here with an engagement on it that is yours to read."
        }
        (Kind::Inquiry, Side::Developer) => "What your organization asks about its models comes here.",
        (Kind::Inquiry, Side::Government | Side::Partner) => "An inquiry comes here when its developer submits it.",
        (Kind::Engagement, Side::Developer) => "Engagements on your organization’s releases come here.",
        (Kind::Engagement, Side::Government | Side::Partner) => {
            "An engagement comes here when its developer proposes it."
        }
        (Kind::Condition, _) => "A condition comes here when a liaison of either side attaches it.",
        (Kind::Nomination, Side::Developer | Side::Government) => {
            "A nomination comes here when a liaison of either side proposes a trusted partner."
        }
        (Kind::Nomination, Side::Partner) => "A nomination comes here when your organization is told of it.",
        (Kind::Grant, _) => {
            "An access grant comes here when a program liaison or a partner’s contact requests it for a person."
        }
        (Kind::Prerequisites, _) => {
            "What a person needs before access comes here with the first grant for that person."
        }
        (Kind::Incident, _) => "An incident comes here when somebody who takes part reports it.",
        (Kind::FoiaRequest, Side::Government) => "A request for records comes here when a records officer logs it.",
        (Kind::FoiaRequest, Side::Developer | Side::Partner) => {
            "A request for your organization’s records comes here with the notice of it."
        }
        (Kind::Document, _) => "A document comes here when somebody adds it to a record.",
        (Kind::Handoff, _) => {
            "A hand-off comes here when somebody who takes part records what goes to a clearinghouse."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_what_comes_and_none_asks_for_less() {
        for kind in Kind::ALL {
            for side in [Side::Developer, Side::Government, Side::Partner] {
                let said = comes(kind, side);
                assert!(said.ends_with('.') && said.contains(" come") && !said.contains("term"), "{said}");
            }
        }
    }
}
