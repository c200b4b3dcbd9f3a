//! The installation's name, and the banner for pages.

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};

/// The section `site`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSettings {
    /// The name of this installation.
    pub title: String,
    /// Whether pages have a banner above everything else.
    pub banner: Banner,
    /// What the banner says.
    pub banner_text: Option<String>,
}

/// The banner for pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Banner {
    /// None.
    None,
    /// `site.banner_text`.
    Custom,
}

impl SiteSettings {
    /// What the banner says, if there is one.
    pub fn banner(&self) -> Option<&str> {
        match self.banner {
            Banner::None => None,
            Banner::Custom => self.banner_text.as_deref(),
        }
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("site");
        let title = self.title.trim();
        problems.when(title.is_empty() || title.chars().any(char::is_control), "title", "must be one line of text");
        let silent = self.banner().is_none_or(|text| text.trim().is_empty());
        problems.when(self.banner == Banner::Custom && silent, "banner_text", "is missing for a custom banner");
        problems.done()
    }
}
