//! Which class names our pages may use: every word of the templates, of our scripts and of the Rust files that write
//! HTML. A word too many keeps a rule that nobody needs; a word too few would lose one.

use std::{collections::BTreeSet, path::Path};

use crate::files::{self, Trouble};

/// Class names that the design system's own script sets on any element.
const BY_SCRIPT: &[&str] = &["usa-js-", "usa-focus", "usa-sr-only", "is-", "has-"];

/// Words that may be class names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(BTreeSet<String>);

impl Words {
    /// The words of a text.
    pub(crate) fn of(text: &str) -> Self {
        let is_part = |sign: char| sign.is_ascii_alphanumeric() || "-_:".contains(sign);
        Self(text.split(|sign| !is_part(sign)).filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// The words of everything that writes markup.
    pub(crate) fn gather(root: &Path) -> Result<Self, Trouble> {
        let mut words = Self::default();
        for directory in ["templates", "assets/js", "src/web/pages", "tests/browser/sample"] {
            for path in files::below(&root.join(directory))? {
                let is_mail = path.starts_with(root.join("templates/mail"));
                if !is_mail && path.extension().is_some_and(|end| ["html", "js", "rs"].iter().any(|own| end == *own)) {
                    words.0.append(&mut Self::of(&files::text(&path)?).0);
                }
            }
        }
        Ok(words)
    }

    /// Whether a page can have an element with this class. A part, a variant or a longer name of a component stays with
    /// its component, since templates compose such names and the design system's script adds them. A utility class
    /// stays where it is written out.
    pub(crate) fn keep(&self, class: &str) -> bool {
        if BY_SCRIPT.iter().any(|start| class.starts_with(start)) || self.0.contains(class) {
            return true;
        }
        let Some(component) = class.strip_prefix("usa-") else { return false };
        let ends = component.match_indices('-').map(|(at, _)| at).chain(component.match_indices('_').map(|(at, _)| at));
        ends.into_iter().any(|at| self.0.contains(&format!("usa-{}", &component[..at])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_keeps_its_parts_and_a_utility_must_be_written_out() {
        let words = Words::of(r#"<div class="usa-alert usa-alert--{{ kind }} tablet:grid-col-6 usa-date-picker">"#);
        let kept = ["usa-alert", "usa-alert--info", "usa-alert__body", "tablet:grid-col-6", "usa-date-picker__wrapper"];
        for class in kept {
            assert!(words.keep(class), "{class}");
        }
        for class in ["usa-alertness", "usa-banner", "grid-col-6", "tablet:grid-col-5", "usa-date", "padding-1"] {
            assert!(!words.keep(class), "{class}");
        }
    }

    #[test]
    fn a_longer_component_stays_with_the_one_that_its_script_wraps() {
        assert!(Words::of("usa-modal").keep("usa-modal-overlay"));
        assert!(!Words::of("usa-modal-overlay").keep("usa-modal"));
        assert!(Words::of("").keep("usa-js-modal--active"));
    }
}
