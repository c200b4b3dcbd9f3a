//! What there is to choose from: people, organizations, and keys of the framework version in force.

use std::collections::BTreeMap;

use crate::{
    app::{AppError, Principal},
    domain::{
        actor::{Role, Side},
        framework::Framework,
        release::DELEGABLE,
    },
    web::{Web, pages::words},
};

use super::{Field, Input};

/// What there is to choose from, by what is chosen.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// People of the viewer's side: account, name with organization, roles.
    pub people: Vec<(String, String, Vec<Role>)>,
    /// Organizations: id, name and side.
    pub organizations: Vec<(String, String, Side)>,
    /// Keys that a text field may hold, by the field's name, each with a title.
    pub keys: BTreeMap<&'static str, Vec<(String, String)>>,
    /// The viewer's own account, which nobody names where the act is about another person.
    pub own: String,
}

/// The fields that name another person: a lead is handed on, acts are delegated, access is asked for, and audits are
/// authorized.
const ANOTHER: [&str; 4] = ["liaison", "delegate", "holder", "auditor"];

impl Choices {
    /// What the fields of a form need to choose from.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn of(web: &Web, viewer: &Principal, fields: &[Field]) -> Result<Self, AppError> {
        let own = viewer.actor.account.to_string();
        let mut choices = Self { own, ..Self::default() };
        let wants = |input: &Input| fields.iter().any(|field| field.input == *input);
        if wants(&Input::Person) {
            let people = web.app.directory(viewer).await?;
            choices.people = people
                .into_iter()
                .map(|one| {
                    let roles: Vec<&str> = one.roles.iter().map(|role| words::role_name(*role)).collect();
                    let label = format!("{}, {} ({})", one.name, one.organization, roles.join(", "));
                    (one.account.to_string(), label, one.roles)
                })
                .collect();
        }
        if wants(&Input::Organization) {
            let organizations = web.app.organizations(viewer).await?;
            choices.organizations =
                organizations.into_iter().map(|one| (one.id.to_string(), one.name, one.side)).collect();
        }
        choices.keys.insert("acts", DELEGABLE.iter().map(|act| ((*act).to_owned(), words::label(act))).collect());
        if fields.iter().any(|field| ["template", "criteria", "to"].contains(&field.name.as_str())) {
            let (versions, now) = web.app.framework_versions().await?;
            choices.add_framework(&versions, Framework::applies_to(&versions, now));
        }
        Ok(choices)
    }

    fn add_framework(&mut self, versions: &[Framework], in_force: Option<&Framework>) {
        let Some(framework) = in_force else { return };
        let templates = framework.templates.iter().map(|template| (template.key.clone(), template.title.clone()));
        let criteria = framework.criteria.iter().map(|criterion| (criterion.key.clone(), criterion.question.clone()));
        self.keys.insert("template", templates.collect());
        self.keys.insert("criteria", criteria.collect());
        self.keys.insert("to", versions.iter().map(|version| (version.id.clone(), version.id.clone())).collect());
    }

    /// The organizations that may be chosen for this field: partners or agencies, where it asks for one.
    pub fn organizations_for(&self, field: &str) -> Vec<(String, String)> {
        let fits = |side: Side| match field {
            "partner" => side == Side::Partner,
            "agency" => side == Side::Government,
            _ => true,
        };
        let fitting = self.organizations.iter().filter(|(.., side)| fits(*side));
        fitting.map(|(id, name, _)| (id.clone(), name.clone())).collect()
    }

    /// Those who may be chosen for this field: of whoever has the role that it asks for, where it asks for one.
    pub fn people_for(&self, field: &str) -> Vec<(String, String)> {
        let wanted: &[Role] = match field {
            "liaison" => &[Role::ProgramLiaison],
            "lead" | "delegate" => &[Role::DeveloperLiaison],
            "signatory" => &[Role::GovernmentSignatory],
            "reviewer" => &[Role::Reviewer],
            "auditor" => &[Role::Auditor],
            "holder" => &[Role::Evaluator, Role::PartnerUser],
            _ => &[],
        };
        let fits = |roles: &[Role]| wanted.is_empty() || roles.iter().any(|role| wanted.contains(role));
        let another = |id: &str| !ANOTHER.contains(&field) || id != self.own;
        let fitting = self.people.iter().filter(|(id, _, roles)| fits(roles) && another(id));
        fitting.map(|(id, label, _)| (id.clone(), label.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Choices {
        let person = |id: &str, role: Role| (id.to_owned(), id.to_owned(), vec![role]);
        let organization = |id: &str, side: Side| (id.to_owned(), id.to_owned(), side);
        Choices {
            people: vec![
                person("dana", Role::ProgramLiaison),
                person("omar", Role::ProgramLiaison),
                person("lena", Role::Evaluator),
            ],
            organizations: vec![
                organization("nsa", Side::Government),
                organization("larkspur", Side::Developer),
                organization("cedar", Side::Partner),
            ],
            own: "dana".to_owned(),
            ..Choices::default()
        }
    }

    #[test]
    fn nobody_is_offered_who_would_be_refused() {
        let offered = |field: &str| choices().people_for(field).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(offered("liaison"), ["omar"], "not oneself");
        assert_eq!(offered("holder"), ["lena"]);
        assert_eq!(offered("by"), ["dana", "omar", "lena"]);
    }

    #[test]
    fn no_organization_of_another_side_is_offered() {
        let offered =
            |field: &str| choices().organizations_for(field).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(offered("partner"), ["cedar"]);
        assert_eq!(offered("agency"), ["nsa"]);
        assert_eq!(offered("other"), ["nsa", "larkspur", "cedar"]);
    }
}
