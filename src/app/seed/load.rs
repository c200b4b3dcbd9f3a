//! Tells the story to the service: every act is a command of its own, carried out through the use cases at its instant,
//! by the person whose act it is. What time brings between two acts happens at its own instant, and mail goes out. So
//! the demonstration holds nothing that could not have come about by use.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{Act, Person, Placeholder, SeedError, Story, Target, fill};
use crate::{
    app::{
        App, AppError, Outcome, Principal, Request, TargetRef,
        identity::{NewAccount, NewOrganization},
    },
    clock::ClockError,
    domain::{
        actor::{Actor, Assurance, Role},
        command::Command,
        id::{Kind, OrganizationId},
        nomination::screening_nda,
        text::Name,
    },
    storage,
};

/// Why the story was not told to its end. What was told before stays.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database holds organizations or accounts already.
    #[error("the database is not empty: a story is told to an empty one only")]
    NotEmpty,
    /// The files are not fit to be told.
    #[error(transparent)]
    Story(#[from] SeedError),
    /// The clock follows real time, or stands behind the story.
    #[error("the clock cannot be moved through the story: {0}")]
    Clock(#[from] ClockError),
    /// The password is weak, or the store failed.
    #[error("the people of the story could not be made")]
    People(#[source] AppError),
    /// An act was not carried out.
    #[error("`{command}` by {by} at {at} was not carried out: {reason}")]
    Act {
        /// The command, such as `engagement.propose`.
        command: String,
        /// Who.
        by: String,
        /// When.
        at: chrono::DateTime<chrono::Utc>,
        /// What stood against it.
        reason: String,
    },
    /// The store failed between two acts.
    #[error("what time brings could not be carried out")]
    Time(#[source] AppError),
}

/// What was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Loaded {
    /// Organizations.
    pub organizations: usize,
    /// People.
    pub people: usize,
    /// Commands that were carried out.
    pub acts: usize,
}

/// Everybody of the story, as the service knows them.
struct Cast<'a> {
    app: &'a App,
    organizations: BTreeMap<String, OrganizationId>,
    people: BTreeMap<String, Principal>,
}

impl App {
    /// Tells the story to an empty database. The clock must stand at the story's beginning and be movable; afterwards it
    /// stands at the instant at which the demonstration begins. Everybody has the password.
    ///
    /// # Errors
    /// [`LoadError`]; one that names an act is a fault of the story.
    pub async fn tell_story(&self, story: &Story, password: &str) -> Result<Loaded, LoadError> {
        if !self.organizations_as_operator().await.map_err(LoadError::People)?.is_empty() {
            return Err(LoadError::NotEmpty);
        }
        self.clock().advance_to(story.opens_at)?;
        let cast = Cast::make(self, story, password).await.map_err(LoadError::People)?;
        for act in &story.acts {
            self.step_to(act.at).await.map_err(LoadError::Time)?;
            cast.play(act).await?;
        }
        self.step_to(story.begins_at).await.map_err(LoadError::Time)?;
        Ok(Loaded { organizations: cast.organizations.len(), people: cast.people.len(), acts: story.acts.len() })
    }
}

impl<'a> Cast<'a> {
    async fn make(app: &'a App, story: &Story, password: &str) -> Result<Self, AppError> {
        let names = story.people.iter().map(|person| person.name.as_str());
        let context: Vec<&str> = names.chain(story.organizations.iter().map(|one| one.name.as_str())).collect();
        let hash = app.demo_password(password, &context).await?;
        let mut cast = Self { app, organizations: BTreeMap::new(), people: BTreeMap::new() };
        for organization in &story.organizations {
            let (name, side) = (name(&organization.name)?, organization.side);
            let new = NewOrganization {
                framework_owner: organization.framework_owner,
                party_kind: organization.party_kind.clone(),
                sector: organization.sector.clone(),
                ..NewOrganization::plain(name, side)
            };
            let made = app.create_organization_as_operator(&new).await?;
            cast.organizations.insert(organization.key.clone(), made.id);
        }
        for person in &story.people {
            let principal = cast.enter(story, person, &hash).await?;
            cast.people.insert(person.email.clone(), principal);
        }
        Ok(cast)
    }

    async fn enter(&self, story: &Story, person: &Person, hash: &str) -> Result<Principal, AppError> {
        let unknown = || AppError::internal(SeedError::UnknownOrganization(person.organization.clone()));
        let organization = *self.organizations.get(&person.organization).ok_or_else(unknown)?;
        let new = NewAccount {
            email: person.email.clone(),
            name: name(&person.name)?,
            organization,
            roles: person.roles.clone(),
        };
        let account = self.app.demo_account(&new, hash, may_hold_grants(person)).await?;
        let actor = Actor {
            account,
            organization,
            side: story.organization(&person.organization).ok_or_else(unknown)?.side,
            roles: person.roles.iter().copied().collect(),
            assurance: Assurance::Aal2,
            name: person.name.clone(),
            link: None,
        };
        Ok(Principal { actor, session: None })
    }

    /// Carries out one act.
    async fn play(&self, act: &Act) -> Result<(), LoadError> {
        let failed = |reason: String| LoadError::Act {
            command: format!("{}.{}", act.kind.name(), act.command),
            by: act.by.clone(),
            at: act.at,
            reason,
        };
        let principal = self.people.get(&act.by).cloned().ok_or_else(|| SeedError::UnknownPerson(act.by.clone()))?;
        let command = self.command(act).await.map_err(&failed)?;
        let target = self.target(act).map_err(&failed)?;
        let request = Request { principal, preview: false, if_match: None, idempotency: None };
        let done = self.app.execute(&request, &target, &command).await;
        let done = match done.map_err(|error| failed(format!("{error:?}")))? {
            Outcome::Done(done) => done,
            Outcome::Preview(_) | Outcome::Replayed { .. } => return Err(failed("nothing was carried out".to_owned())),
        };
        match &act.target {
            Target::New(reference) if done.reference != *reference => {
                return Err(failed(format!("it made {}, not {reference}", done.reference)));
            }
            Target::New(_) | Target::Record(_) | Target::PrerequisitesOf(_) => {}
        }
        let Some(content) = &act.content else { return Ok(()) };
        self.send(&request.principal, &done.reference, content).await.map_err(|error| failed(format!("{error:?}")))
    }

    /// Sends the content of a declared document.
    async fn send(&self, sender: &Principal, reference: &str, content: &str) -> Result<(), AppError> {
        let awaited = self.app.awaited(sender, reference).await?;
        let media_type = awaited.media_type().name();
        self.app.receive(sender, &awaited, media_type, Bytes::copy_from_slice(content.as_bytes())).await.map(drop)
    }

    fn target(&self, act: &Act) -> Result<TargetRef, String> {
        match &act.target {
            Target::New(reference) => {
                self.app.ids().pin_reference(reference).map_err(|error| error.to_string())?;
                Ok(TargetRef::New(act.kind))
            }
            Target::Record(reference) => Ok(TargetRef::Record(act.kind, reference.clone())),
            Target::PrerequisitesOf(email) => {
                let person = self.people.get(email).ok_or_else(|| format!("{email} is nobody's address"))?;
                Ok(TargetRef::Record(Kind::Prerequisites, person.actor.account.to_string()))
            }
        }
    }

    /// The command with every placeholder filled in.
    async fn command(&self, act: &Act) -> Result<Command, String> {
        let mut values: BTreeMap<Placeholder, String> = BTreeMap::new();
        for placeholder in act.placeholders().map_err(|error| error.to_string())? {
            if let Some(value) = self.value(&placeholder).await.map_err(|error| error.to_string())? {
                values.insert(placeholder, value);
            }
        }
        let body = fill(&act.body, &mut |placeholder| values.get(placeholder).cloned());
        let body = body.map_err(|error| error.to_string())?.to_string();
        let parsed = Command::parse(act.kind, &act.command, body.as_bytes());
        parsed.ok_or("there is no such command")?.map_err(|error| error.to_string())
    }

    async fn value(&self, placeholder: &Placeholder) -> Result<Option<String>, AppError> {
        match placeholder {
            Placeholder::Account(email) => Ok(self.people.get(email).map(|person| person.actor.account.to_string())),
            Placeholder::Organization(key) => Ok(self.organizations.get(key).map(ToString::to_string)),
            Placeholder::Digest(reference) | Placeholder::Offer(reference) => self.hash(placeholder, reference).await,
        }
    }

    /// A hash out of a record as it stands: of a condition's newest text, of a nomination's screening text, or of the
    /// newest open offer.
    async fn hash(&self, placeholder: &Placeholder, reference: &str) -> Result<Option<String>, AppError> {
        let Some(kind) = crate::app::lookup::kind_of(reference) else { return Ok(None) };
        let Some(target) = crate::app::lookup::target(kind, reference) else { return Ok(None) };
        let tx = self.app.store().begin_read().await?;
        let loaded = storage::read_case(&tx, &target, &[]).await;
        let facts = self.app.base_facts(&tx).await;
        tx.end().await?;
        let facts = facts?;
        let Some(case) = loaded?.map(|loaded| loaded.case) else { return Ok(None) };
        let Some(subject) = case.find(reference) else { return Ok(None) };
        let now = self.app.clock().business();
        let condition = case.conditions.get(&subject.id).map(|entry| &entry.state);
        if matches!(placeholder, Placeholder::Digest(_)) {
            let newest =
                condition.and_then(|condition| condition.versions.last()).map(|version| version.digest.clone());
            let nomination = case.nominations.get(&subject.id).map(|entry| &entry.state);
            let shown = |nomination| screening_nda(&case, nomination, &facts, now).ok();
            let digest = newest.or_else(|| nomination.and_then(shown).map(|shown| shown.digest));
            return Ok(digest.map(|digest| digest.as_str().to_owned()));
        }
        let engagement = case.engagements.get(&subject.id).and_then(|entry| entry.state.offers.last());
        let engagement = engagement.filter(|offer| offer.is_open(now)).map(|offer| &offer.hash);
        let condition = condition.and_then(|condition| condition.offers.last());
        let condition = condition.filter(|offer| offer.is_open(now)).map(|offer| &offer.hash);
        Ok(engagement.or(condition).map(|hash| hash.as_str().to_owned()))
    }
}

fn name(text: &str) -> Result<Name, AppError> {
    Name::parse(text).map_err(AppError::internal)
}

/// Access takes two factors: whoever may hold a grant has both.
fn may_hold_grants(person: &Person) -> bool {
    person.roles.iter().any(|role| matches!(role, Role::Evaluator | Role::PartnerUser))
}
