//! A version as it is written: its TOML and every text that it names, so that nothing outside can change what somebody
//! signed under. The digest over both names the version for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Framework, FrameworkError, parse, terms::TEXTS};
use crate::domain::text::Sha256Hex;

/// Texts of conditions in Markdown, by key.
pub type Texts = BTreeMap<String, String>;

/// The texts that are part of the product.
pub fn product_texts() -> Texts {
    TEXTS.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

/// A version as it is written, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The version in TOML.
    pub toml: String,
    /// The texts that it names by key; none else.
    pub texts: Texts,
}

impl Written {
    /// Takes a version's TOML together with those of the `available` texts that it names.
    ///
    /// # Errors
    /// [`FrameworkError`] for whatever [`Framework::parse`] refuses.
    pub fn gather(toml: &str, available: &Texts) -> Result<Self, FrameworkError> {
        let named = parse::named_texts(toml)?;
        let texts = available.iter().filter(|(key, _)| named.contains(*key));
        let texts = texts.map(|(key, text)| (key.clone(), text.clone())).collect();
        Ok(Self { toml: toml.to_owned(), texts })
    }

    /// Reads and checks the version.
    ///
    /// # Errors
    /// [`FrameworkError`] for unknown or missing fields and for whatever [`Framework::validate`] refuses.
    pub fn read(&self) -> Result<Framework, FrameworkError> {
        let framework = parse::read(self)?;
        framework.validate()?;
        Ok(framework)
    }

    /// SHA-256 over the TOML and the texts: each text's length in bytes and the text, in the order of the keys, so that
    /// no two versions share their bytes.
    pub fn digest(&self) -> Sha256Hex {
        let mut bytes = Vec::new();
        let texts = self.texts.iter().flat_map(|(key, text)| [key, text]);
        for part in std::iter::once(&self.toml).chain(texts) {
            bytes.extend(format!("{}\n", part.len()).into_bytes());
            bytes.extend(part.as_bytes());
        }
        Sha256Hex::of(&bytes)
    }
}
