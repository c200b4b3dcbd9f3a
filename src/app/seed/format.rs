//! The shape of the demonstration's files, read strictly: an unknown field is an error, not a guess. What comes out is
//! a list of single acts in the order of time; which courses they were written as is forgotten here.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    SeedError, check,
    courses::{ConditionCourse, GrantCourse, InquiryCourse, PrerequisitesCourse},
    placeholder::{self, Placeholder},
};
use crate::domain::{
    actor::{Role, Side},
    command::Command,
    id::Kind,
    text::Sha256Hex,
    time::Instant,
};

/// The whole demonstration.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// When organizations and accounts are made; no act is earlier.
    pub opens_at: Instant,
    /// When the demonstration begins; every act is earlier.
    pub begins_at: Instant,
    /// The organizations; an agency stands after its host.
    pub organizations: Vec<Organization>,
    /// The people.
    pub people: Vec<Person>,
    /// Every act, in the order of time.
    pub acts: Vec<Act>,
}

/// An organization of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Names it in these files.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its side.
    pub side: Side,
    /// Whether it is the host.
    #[serde(default)]
    pub host: bool,
    /// Key of the host, for an agency.
    #[serde(default)]
    pub agency_of: Option<String>,
    /// Whether it is an agency that owns the framework with others.
    #[serde(default)]
    pub framework_owner: bool,
    /// Key of its kind.
    #[serde(default)]
    pub party_kind: Option<String>,
    /// Key of the sector that it serves.
    #[serde(default)]
    pub sector: Option<String>,
}

/// A person of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The address, lower-case; names the person in these files.
    pub email: String,
    /// The name.
    pub name: String,
    /// Key of the organization.
    pub organization: String,
    /// The roles, by code.
    pub roles: Vec<Role>,
}

/// One act of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// When.
    pub at: Instant,
    /// The actor's address.
    pub by: String,
    /// What it acts on.
    pub target: Target,
    /// The kind of record.
    pub kind: Kind,
    /// The command's name within its kind, such as `propose`.
    pub command: String,
    /// The command's body; texts that begin with `$` are placeholders, see [`super::fill`].
    pub body: Value,
    /// What a declared document holds; it is sent right after the declaration.
    pub content: Option<String>,
}

/// What an act acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It makes a record, which shall have this reference.
    New(String),
    /// The record with this reference.
    Record(String),
    /// The prerequisites of the person with this address.
    PrerequisitesOf(String),
}

/// `organizations.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    opens_at: DateTime<Utc>,
    begins_at: DateTime<Utc>,
    organization: Vec<Organization>,
    person: Vec<Person>,
}

/// Any other file: single acts, and courses that stand for several.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Chapter {
    act: Vec<ActRow>,
    inquiry: Vec<InquiryCourse>,
    conditions: Vec<ConditionCourse>,
    grant: Vec<GrantCourse>,
    prerequisites: Vec<PrerequisitesCourse>,
}

/// One act as written: `reference` if it makes a record, `on` if not. With a `content`, size and digest of the declared
/// document are those of the content.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActRow {
    at: DateTime<Utc>,
    by: String,
    command: String,
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    body: Map<String, Value>,
    #[serde(default)]
    content: Option<String>,
}

macro_rules! files {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("../../../seeds/demo/", $name)))),*] };
}

const CAST: [(&str, &str); 1] = files!["organizations.toml"];

const CHAPTERS: [(&str, &str); 15] = files![
    "prerequisites.toml"
    "0001-heron-2.toml"
    "0002-basalt-1.toml"
    "0003-mere-8.toml"
    "0004-heron-3.toml"
    "0005-ostler-4.toml"
    "0006-basalt-2.toml"
    "0007-mere-9.toml"
    "0008-ostler-5.toml"
    "0009-heron-mini.toml"
    "0010-basalt-lite.toml"
    "0011-mere-edge.toml"
    "0012-ostler-3.toml"
    "0013-mere-nano.toml"
    "inquiries.toml"
];

impl Story {
    /// The story compiled in (domain section 8), checked: every address, key, reference and command exists when it is
    /// used, and acts stand in the order of time.
    ///
    /// # Errors
    /// [`SeedError`]; a test keeps that from happening.
    pub fn builtin() -> Result<Self, SeedError> {
        let [(file, text)] = CAST;
        Self::parse((file, text), &CHAPTERS)
    }

    /// Reads a cast and its chapters.
    ///
    /// # Errors
    /// The first [`SeedError`] found.
    pub(super) fn parse(
        (file, text): (&'static str, &str),
        chapters: &[(&'static str, &str)],
    ) -> Result<Self, SeedError> {
        let syntax = |file| move |source| SeedError::Syntax { file, source: Box::new(source) };
        let cast: Cast = toml::from_str(text).map_err(syntax(file))?;
        let mut story = Self {
            opens_at: cast.opens_at,
            begins_at: cast.begins_at,
            organizations: cast.organization,
            people: cast.person,
            acts: Vec::new(),
        };
        for (file, text) in chapters {
            let chapter: Chapter = toml::from_str(text).map_err(syntax(file))?;
            let acts = chapter.acts(&story.people)?;
            story.acts.extend(acts);
        }
        // Stable: acts of one instant keep the order in which they are written.
        story.acts.sort_by_key(|act| act.at);
        check::story(&story)?;
        Ok(story)
    }

    /// The person with this address.
    pub fn person(&self, email: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.email == email)
    }

    /// The organization with this key.
    pub fn organization(&self, key: &str) -> Option<&Organization> {
        self.organizations.iter().find(|organization| organization.key == key)
    }

    /// Every reference that the story makes, in the order of its making: what the demonstration's id source yields.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.acts.iter().filter_map(|act| match &act.target {
            Target::New(reference) => Some(reference.as_str()),
            Target::Record(_) | Target::PrerequisitesOf(_) => None,
        })
    }
}

impl Chapter {
    fn acts(self, people: &[Person]) -> Result<Vec<Act>, SeedError> {
        let mut acts = self.act.into_iter().map(ActRow::act).collect::<Result<Vec<_>, _>>()?;
        acts.extend(self.inquiry.into_iter().flat_map(InquiryCourse::acts));
        for course in self.conditions {
            acts.extend(course.acts(people)?);
        }
        acts.extend(self.grant.into_iter().flat_map(GrantCourse::acts));
        acts.extend(self.prerequisites.into_iter().flat_map(PrerequisitesCourse::acts));
        Ok(acts)
    }
}

impl ActRow {
    fn act(self) -> Result<Act, SeedError> {
        let unknown = || SeedError::UnknownCommand(self.command.clone());
        let (kind, command) = self.command.split_once('.').ok_or_else(unknown)?;
        let kind = Kind::from_name(kind).ok_or_else(unknown)?;
        if !Command::actions(kind).iter().any(|action| action.name == command) {
            return Err(unknown());
        }
        let target = match (self.reference, self.on) {
            (Some(reference), None) => Target::New(reference),
            (None, Some(person)) if kind == Kind::Prerequisites => Target::PrerequisitesOf(person),
            (None, Some(on)) => Target::Record(on),
            (Some(_), Some(_)) | (None, None) => {
                return Err(SeedError::WrongTarget { command: self.command, at: self.at });
            }
        };
        let command = command.to_owned();
        let mut body = self.body;
        if let Some(content) = &self.content {
            body.insert("size_bytes".to_owned(), content.len().into());
            body.insert("sha256".to_owned(), Sha256Hex::of(content.as_bytes()).as_str().into());
        }
        Ok(Act { at: self.at, by: self.by, target, kind, command, body: Value::Object(body), content: self.content })
    }
}

impl Act {
    /// The placeholders of the body, in the order of the text.
    ///
    /// # Errors
    /// [`SeedError::NotAPlaceholder`].
    pub fn placeholders(&self) -> Result<Vec<Placeholder>, SeedError> {
        placeholder::within(&self.body)
    }
}
