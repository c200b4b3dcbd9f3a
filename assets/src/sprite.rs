//! One file with the icons that pages use, cut from the design system's sprite.

use std::path::Path;

use crate::files::{self, Trouble};

/// The sprite: a symbol for each name of `assets/icons.txt`. Without the design system it has none.
pub(crate) fn cut(root: &Path, dist: Option<&Path>) -> Result<String, Trouble> {
    let Some(dist) = dist else { return Ok(around("")) };
    let whole = files::text(&dist.join("img/sprite.svg"))?;
    let names = files::text(&root.join("assets/icons.txt"))?;
    let symbols = names.lines().filter(|name| !name.is_empty()).map(|name| symbol(&whole, name));
    Ok(around(&symbols.collect::<Result<String, Trouble>>()?))
}

fn symbol(whole: &str, name: &str) -> Result<String, Trouble> {
    let missing = || Trouble::new(format!("the sprite has no icon {name}"));
    let at = whole.find(&format!("id=\"{name}\"")).ok_or_else(missing)?;
    let start = whole[..at].rfind("<symbol").ok_or_else(missing)?;
    let end = whole[at..].find("</symbol>").ok_or_else(missing)?;
    Ok(format!("{}</symbol>", &whole[start..at + end]))
}

fn around(symbols: &str) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{symbols}</svg>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_cut_by_its_name() {
        let whole = r#"<svg><symbol viewBox="0" id="add"><a/></symbol><symbol id="close"><b/></symbol></svg>"#;
        assert_eq!(symbol(whole, "add"), Ok(r#"<symbol viewBox="0" id="add"><a/></symbol>"#.to_owned()));
        assert_eq!(symbol(whole, "close"), Ok(r#"<symbol id="close"><b/></symbol>"#.to_owned()));
        assert!(symbol(whole, "clo").is_err(), "a part of a name is no name");
    }
}
