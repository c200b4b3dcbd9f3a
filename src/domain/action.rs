//! Actions: the one list of what can be done to which kind of aggregate. `authz` decides on them, `web` routes them,
//! `decide` carries them out, and the permission matrix prints them.

use super::id::Kind;

/// The name of an action, such as `engagement.propose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    /// The kind of aggregate that it acts on.
    pub kind: Kind,
    /// The command's name in `kebab-case`, or `read`.
    pub name: &'static str,
}

impl Action {
    /// Names an action.
    pub const fn new(kind: Kind, name: &'static str) -> Self {
        Self { kind, name }
    }

    /// Reading a record of the kind: every kind has it.
    pub const fn read(kind: Kind) -> Self {
        Self { kind, name: "read" }
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.kind.name(), self.name)
    }
}

/// Declares the commands of one kind of aggregate: an enum with one variant a command, its `kebab-case` name, its
/// parser from JSON and its schema. The name is used by URL, policy, matrix and ledger alike.
macro_rules! commands {
    ($(#[$doc:meta])* $enum:ident of $kind:expr; $($(#[doc = $vdoc:literal])+ $name:literal $variant:ident $creates:ident;)*) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $enum { $($(#[doc = $vdoc])+ $variant($variant),)* }

        impl $enum {
            /// Every command's action, in the order of the lifecycle.
            pub const ACTIONS: &'static [$crate::domain::action::Action] =
                &[$($crate::domain::action::Action::new($kind, $name),)*];

            /// The action that this command is.
            pub const fn action(&self) -> $crate::domain::action::Action {
                match self { $(Self::$variant(_) => $crate::domain::action::Action::new($kind, $name),)* }
            }

            /// Reads the command of this name from JSON; `None` where no such command exists.
            pub fn parse(
                name: &str,
                body: &[u8],
            ) -> Option<Result<Self, serde_path_to_error::Error<serde_json::Error>>> {
                match name {
                    $($name => {
                        let mut json = serde_json::Deserializer::from_slice(body);
                        let parsed = serde_path_to_error::deserialize(&mut json).and_then(|command| {
                            let track = serde_path_to_error::Track::new().path();
                            json.end().map(|()| command).map_err(|e| serde_path_to_error::Error::new(track, e))
                        });
                        Some(parsed.map(Self::$variant))
                    })*
                    _ => None,
                }
            }

            /// What the API's description says of each command: name, whether it creates a record, summary, body.
            pub fn catalog() -> Vec<$crate::domain::action::CommandFacts> {
                vec![$($crate::domain::action::CommandFacts {
                    action: $crate::domain::action::Action::new($kind, $name),
                    creates: $crate::domain::action::Creates::$creates,
                    summary: concat!($($vdoc),+).trim_ascii(),
                    schema_name: stringify!($variant),
                    schema: |into| $crate::domain::action::describe::<$variant>(into),
                },)*]
            }
        }
    };
}
pub(crate) use commands;

/// Declares the body of a command: read strictly, and described from the same fields.
macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)* }
    };
}
pub(crate) use body;

/// Whether a command makes a new record, and under which existing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creates {
    /// It acts on an existing record.
    No,
    /// It makes a record that stands by itself.
    Alone,
    /// It makes a record under the one named in its body.
    Under,
}

/// Schemas by name, as the API description collects them.
pub type Schemas = Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>;

/// What is known of a command without having one.
pub struct CommandFacts {
    /// The action.
    pub action: Action,
    /// Whether it makes a record.
    pub creates: Creates,
    /// One sentence.
    pub summary: &'static str,
    /// The body's schema name.
    pub schema_name: &'static str,
    /// Adds the body's schema, and those that it refers to.
    pub schema: fn(&mut Schemas),
}

/// Adds the schema of `T`, and those that it refers to, under their names.
pub fn describe<T: utoipa::ToSchema>(into: &mut Schemas) {
    into.push((T::name().into_owned(), T::schema()));
    T::schemas(into);
}
