//! Entity tags and `If-Match` (RFC 9110 sections 8.8.3 and 13.1.1).

use axum::http::HeaderValue;

/// A strong entity tag, made of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// The tag of a record whose state has this hash. Of the hash only letters and digits are taken, so that the tag
    /// is always a valid header.
    pub fn new(hash: &str) -> Self {
        Self(hash.chars().filter(char::is_ascii_alphanumeric).collect())
    }

    /// The tag without its quotation marks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The header's value.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.to_string()).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }
}

impl std::fmt::Display for ETag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// What `If-Match` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any state, as long as the record exists.
    Any,
    /// One of these strong tags; weak ones are dropped, for the comparison is strong and they never match.
    Strong(Vec<String>),
}

/// The header is not a list of entity tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of entity tags")]
pub struct NotTags;

impl IfMatch {
    /// Reads the header's value: `*`, or a list of tags divided by commas.
    ///
    /// # Errors
    /// [`NotTags`] where it is neither.
    pub fn parse(value: &str) -> Result<Self, NotTags> {
        let mut rest = value.trim();
        if rest == "*" {
            return Ok(Self::Any);
        }
        let mut strong = Vec::new();
        let mut seen = false;
        loop {
            rest = rest.trim_start_matches([',', ' ', '\t']);
            if rest.is_empty() {
                break;
            }
            let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (tag, after) = quoted.strip_prefix('"').and_then(|open| open.split_once('"')).ok_or(NotTags)?;
            if !tag.bytes().all(|b| b > b' ' && b != 0x7f)
                || !after.trim_start().starts_with([',']) && !after.trim().is_empty()
            {
                return Err(NotTags);
            }
            if !weak {
                strong.push(tag.to_owned());
            }
            seen = true;
            rest = after;
        }
        if seen { Ok(Self::Strong(strong)) } else { Err(NotTags) }
    }

    /// Whether the record's present tag is one that is asked for.
    pub fn matches(&self, current: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::Strong(tags) => tags.contains(&current.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_reads_lists_weak_tags_and_the_star() {
        let strong = |tags: &[&str]| Ok(IfMatch::Strong(tags.iter().map(|&tag| tag.to_owned()).collect()));
        for (value, expected) in [
            ("*", Ok(IfMatch::Any)),
            (" \"a\" ", strong(&["a"])),
            ("\"a\", \"b,c\" ,,\"d\"", strong(&["a", "b,c", "d"])),
            ("W/\"a\"", strong(&[])),
            ("W/\"a\", \"b\"", strong(&["b"])),
            ("\"\"", strong(&[""])),
            ("", Err(NotTags)),
            (",", Err(NotTags)),
            ("a", Err(NotTags)),
            ("\"a", Err(NotTags)),
            ("\"a\" \"b\"", Err(NotTags)),
            ("\"a b\"", Err(NotTags)),
            ("\"a\", *", Err(NotTags)),
        ] {
            assert_eq!(IfMatch::parse(value), expected, "{value}");
        }
    }

    #[test]
    fn the_comparison_is_strong() {
        let current = ETag::new("0a1b");
        for (value, matches) in
            [("*", true), ("\"0a1b\"", true), ("\"x\", \"0a1b\"", true), ("W/\"0a1b\"", false), ("\"0A1B\"", false)]
        {
            assert_eq!(IfMatch::parse(value).unwrap().matches(&current), matches, "{value}");
        }
    }

    #[test]
    fn a_tag_is_always_a_valid_header() {
        assert_eq!(ETag::new("ab\"\r\n9").header(), "\"ab9\"");
    }
}
