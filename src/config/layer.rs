//! How the layers of configuration are read and laid over one another.
//!
//! Three kinds of layer, the later over the earlier: the compiled-in default, a file, the environment. Each remembers
//! its name, so that every value can say where it comes from. Values of the environment are taken as text and turned
//! into numbers where a number is wanted, so that a password `007` stays what it is.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use figment::value::{Dict, Map, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::problem::ConfigError;

/// What the names of our environment variables begin with: `ANTEROOM__SECTION__KEY`.
const PREFIX: &str = "ANTEROOM__";

/// The name of the environment's layer.
pub(super) const ENVIRONMENT: &str = "environment";

/// One layer: a name and its values.
pub(super) struct Layer {
    name: String,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

impl Layer {
    /// The default, which is part of the program.
    pub(super) fn compiled() -> Result<Self, ConfigError> {
        Self::toml("default", include_str!("../../config/default.toml"))
    }

    /// The file at `path`.
    pub(super) fn file(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::toml(&format!("file {}", path.display()), &text)
    }

    pub(super) fn toml(name: &str, text: &str) -> Result<Self, ConfigError> {
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ConfigError::Syntax { name: name.to_owned(), line, message: error.message().to_owned() }
        })?;
        match Value::serialize(table) {
            Ok(Value::Dict(_, values)) => Ok(Self { name: name.to_owned(), values }),
            Ok(_) => Ok(Self { name: name.to_owned(), values: Dict::new() }),
            Err(error) => Err(ConfigError::Value(error.to_string())),
        }
    }

    /// The variables that are ours. An empty one counts as unset.
    pub(super) fn environment(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut sections: BTreeMap<String, Dict> = BTreeMap::new();
        let mut values = Dict::new();
        for (name, value) in variables {
            let Some(key) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
            let key = key.to_ascii_lowercase();
            let value = value.into_string().map_err(|_| ConfigError::NotUnicode(format!("{PREFIX}{key}")))?;
            if value.is_empty() {
                continue;
            }
            match key.split_once("__") {
                Some((section, key)) => {
                    sections.entry(section.to_owned()).or_default().insert(key.to_owned(), value.into());
                }
                None => {
                    values.insert(key, value.into());
                }
            }
        }
        values.extend(sections.into_iter().map(|(name, section)| (name, Value::Dict(Tag::Default, section))));
        Ok(Self { name: ENVIRONMENT.to_owned(), values })
    }
}

/// Lays each layer over the ones before it.
pub(super) fn stack(layers: Vec<Layer>) -> Figment {
    layers.into_iter().fold(Figment::new(), Figment::merge)
}

/// Where the value of `key` comes from; `None` if no layer has it.
pub(super) fn origin(figment: &Figment, key: &str) -> Option<String> {
    let name = figment.find_metadata(key)?.name.to_string();
    if name == ENVIRONMENT {
        return Some(format!("{ENVIRONMENT} {PREFIX}{}", key.to_ascii_uppercase().replace('.', "__")));
    }
    Some(name)
}
