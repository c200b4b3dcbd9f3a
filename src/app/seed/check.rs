//! What the story must hold to besides its shape, so that a slip of the pen is named here and not in mid-replay.

use std::collections::BTreeSet;

use super::{Act, Placeholder, SeedError, Story, Target};
use crate::domain::{
    action::{Action, Creates},
    actor::Side,
    command::Command,
};

/// Checks the whole story.
///
/// # Errors
/// The first [`SeedError`] found.
pub(super) fn story(story: &Story) -> Result<(), SeedError> {
    cast(story)?;
    let making: Vec<Action> =
        Command::catalog().into_iter().filter(|facts| facts.creates != Creates::No).map(|facts| facts.action).collect();
    let mut made = BTreeSet::new();
    for act in &story.acts {
        if act.at < story.opens_at || act.at >= story.begins_at {
            return Err(SeedError::OutsideStory(act.at));
        }
        known_person(story, &act.by)?;
        target(story, act, &making, &mut made)?;
        for placeholder in act.placeholders()? {
            known(story, act, &placeholder, &made)?;
        }
    }
    Ok(())
}

/// Organizations and people: each once, one host, agencies under it, roles of the right side.
fn cast(story: &Story) -> Result<(), SeedError> {
    let mut names = BTreeSet::new();
    let keys = story.organizations.iter().map(|organization| &organization.key);
    for name in keys.chain(story.people.iter().map(|person| &person.email)) {
        if !names.insert(name) {
            return Err(SeedError::Twice(name.clone()));
        }
    }
    let hosts: Vec<_> = story.organizations.iter().filter(|organization| organization.host).collect();
    let [host] = hosts.as_slice() else { return Err(SeedError::Host) };
    let stray = |agency_of: &String| *agency_of != host.key;
    if host.side != Side::Government
        || story.organizations.iter().any(|organization| organization.agency_of.as_ref().is_some_and(stray))
    {
        return Err(SeedError::Host);
    }
    for person in &story.people {
        let organization = story.organization(&person.organization);
        let organization = organization.ok_or_else(|| SeedError::UnknownOrganization(person.organization.clone()))?;
        if person.roles.iter().any(|role| role.side().is_some_and(|side| side != organization.side)) {
            return Err(SeedError::WrongRole(person.email.clone()));
        }
    }
    Ok(())
}

fn known_person(story: &Story, email: &str) -> Result<(), SeedError> {
    story.person(email).map(|_| ()).ok_or_else(|| SeedError::UnknownPerson(email.to_owned()))
}

/// What makes a record names a new reference of its kind; all else names what was made before.
fn target(story: &Story, act: &Act, making: &[Action], made: &mut BTreeSet<String>) -> Result<(), SeedError> {
    let makes = making.iter().any(|action| action.kind == act.kind && action.name == act.command);
    match &act.target {
        Target::New(reference) if makes => {
            let prefixed = reference.strip_prefix(act.kind.prefix()).is_some_and(|rest| rest.starts_with('-'));
            let new = made.insert(reference.clone());
            if prefixed && new { Ok(()) } else { Err(SeedError::WrongReference(reference.clone())) }
        }
        Target::Record(reference) if !makes => made_before(act, reference, made),
        Target::PrerequisitesOf(email) if !makes => known_person(story, email),
        Target::New(_) | Target::Record(_) | Target::PrerequisitesOf(_) => {
            Err(SeedError::WrongTarget { command: format!("{}.{}", act.kind.name(), act.command), at: act.at })
        }
    }
}

fn made_before(act: &Act, reference: &str, made: &BTreeSet<String>) -> Result<(), SeedError> {
    if made.contains(reference) { Ok(()) } else { Err(SeedError::UnknownReference(reference.to_owned(), act.at)) }
}

fn known(story: &Story, act: &Act, placeholder: &Placeholder, made: &BTreeSet<String>) -> Result<(), SeedError> {
    match placeholder {
        Placeholder::Digest(reference) | Placeholder::Offer(reference) => made_before(act, reference, made),
        Placeholder::Account(email) => known_person(story, email),
        Placeholder::Organization(key) => {
            story.organization(key).map(|_| ()).ok_or_else(|| SeedError::UnknownOrganization(key.clone()))
        }
    }
}
