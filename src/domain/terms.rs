//! The program's vocabulary (domain section 0, fact 5): names that may change, and what is never said of a model or its
//! release. Its words stand in `config/terms.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Names that the program may give anew.
    pub names: Names,
    banned: Banned,
    denial: Denial,
}

/// Names that the program may give anew.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The order.
    pub order: String,
    /// The framework.
    pub framework: String,
    /// The clearinghouse.
    pub clearinghouse: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Banned {
    verbs: Vec<String>,
    objects: Vec<String>,
    phrases: Vec<String>,
    close: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Denial {
    words: Vec<String>,
}

static TERMS: LazyLock<Result<Terms, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../../config/terms.toml")));

impl Terms {
    /// The vocabulary, compiled in.
    ///
    /// # Errors
    /// [`toml::de::Error`] if the file does not parse; a test keeps that from happening.
    pub fn get() -> Result<&'static Self, &'static toml::de::Error> {
        TERMS.as_ref()
    }

    /// Sentences that speak of a model or a release as if somebody permitted it; each as it stands.
    pub fn offending<'a>(&self, text: &'a str) -> Vec<&'a str> {
        sentences(text).filter(|sentence| self.offends(sentence)).map(str::trim).collect()
    }

    fn offends(&self, sentence: &str) -> bool {
        let words: Vec<String> = words(sentence);
        if words.iter().any(|word| self.denial.words.contains(word)) {
            return false;
        }
        let joined = format!(" {} ", words.join(" "));
        if self.banned.phrases.iter().any(|phrase| joined.contains(&format!(" {phrase} "))) {
            return true;
        }
        let places = |matches: &dyn Fn(&str) -> bool| -> Vec<usize> {
            words.iter().enumerate().filter(|(_, word)| matches(word)).map(|(at, _)| at).collect()
        };
        let verbs = places(&|word| self.banned.verbs.iter().any(|verb| word.starts_with(verb.as_str())));
        let objects = places(&|word| self.banned.objects.iter().any(|object| word == object));
        verbs.iter().any(|verb| objects.iter().any(|object| verb.abs_diff(*object) <= self.banned.close + 1))
    }
}

/// A line break ends a sentence only where a blank line or a list follows; prose is wrapped.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', ';', ':', '"', '|', '#', '<', '>', '{', '}', '(', ')'])
        .flat_map(|part| part.split("\n\n"))
        .flat_map(|part| part.split("\n- "))
}

fn words(sentence: &str) -> Vec<String> {
    let word = |c: char| !(c.is_alphanumeric() || c == '\'');
    sentence.split(word).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::domain::notice::Ask;

    #[test]
    fn what_is_said_of_a_model_as_if_it_were_permitted_is_found() {
        let terms = Terms::get().unwrap();
        for text in [
            "The office approves the model.",
            "Your model was approved.",
            "The release is licensed.",
            "Cleared for release on Monday.",
            "Please submit for review.",
            "a certificate for the model",
            "release approval",
            "They permit its release.",
            "approval of the planned release",
        ] {
            assert_eq!(terms.offending(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_is_said_of_partners_and_people_and_what_denies_it_is_not() {
        let terms = Terms::get().unwrap();
        for text in [
            "The reviewer approves the trusted partner.",
            "The developer approved the grant.",
            "Nothing in it licenses, clears or permits a release.",
            "No field denotes a permission to release.",
            "The determination of the model was recorded.",
            "The release is recorded. Approve the partner.",
            "The custodian certifies the return of each item.",
            "access before the planned release",
        ] {
            assert_eq!(terms.offending(text), Vec::<&str>::new(), "{text}");
        }
    }

    /// Domain section 0, fact 5, and invariant 2: templates, framework texts, terms and what mails ask.
    #[test]
    fn our_own_texts_keep_to_the_vocabulary() {
        let terms = Terms::get().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for folder in ["templates", "config/framework"] {
            collect(&root.join(folder), &mut files);
        }
        files.push(root.join("config/milestones.toml"));
        assert!(files.len() > 20, "the texts were found");
        for file in files.iter().filter(|file| file.exists()) {
            let text = fs::read_to_string(file).unwrap();
            assert_eq!(terms.offending(&text), Vec::<&str>::new(), "{}", file.display());
        }
        for ask in Ask::ALL {
            assert_eq!(terms.offending(ask.sentence()), Vec::<&str>::new());
        }
    }

    fn collect(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { collect(&path, into) } else { into.push(path) }
        }
    }
}
