//! The files that a style sheet names.

use crate::files::Trouble;

/// The text with each address that leads to a file replaced by what `address` says. Addresses that hold their content
/// and empty ones, which ask whether the browser knows a property, stay.
pub(crate) fn replace(text: &str, mut address: impl FnMut(&str) -> Result<String, Trouble>) -> Result<String, Trouble> {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("url(") {
        let Some((inside, behind)) = after.split_once(')') else { break };
        let path = inside.trim_matches(['"', '\'', ' ']);
        let own = path.is_empty() || path.starts_with("data:") || path.starts_with('#');
        let named = if own { inside.to_owned() } else { address(path)? };
        written.extend([before, "url(", &named, ")"]);
        rest = behind;
    }
    Ok(written + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_anew_and_nothing_else() {
        let text = "a{b:url(../img/x.svg)}@supports (mask:url()){c{d:url(\"../e.svg\") url(#f)}}";
        let replaced = replace(text, |path| Ok(format!("<{path}>"))).expect("nothing fails");
        assert_eq!(replaced, "a{b:url(<../img/x.svg>)}@supports (mask:url()){c{d:url(<../e.svg>) url(#f)}}");
    }
}
