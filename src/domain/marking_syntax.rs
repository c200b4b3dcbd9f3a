//! Classification markings above CUI in what people type or upload (domain section 4, invariant 18). The service is
//! unclassified: text that carries the *syntax* of such a marking is refused and the right channel named. Words alone
//! are not: a trade secret, the Secret Service and "(c)" are everyday language in these documents.
//!
//! What counts as syntax, after the markings of 32 CFR 2001 subpart C: a banner line, a classification followed by `//`
//! and a control, a portion mark with `//`, and the line that says when to declassify. A portion mark without `//`, such
//! as `(S)`, is no more than a letter in brackets; a text of such portions has a banner.

/// A marking that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line, counting from 1.
    pub line: usize,
    /// Which syntax.
    pub syntax: Syntax,
}

/// The syntax of a marking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// A line that holds nothing but a classification.
    BannerLine,
    /// A classification with `//` and a control, such as `SECRET//NOFORN`.
    Classification,
    /// A portion mark, such as `(S//NF)`.
    PortionMark,
    /// The line `Declassify On:` of a classification block.
    Declassification,
}

/// Classifications as banners spell them, the longest first. `CONFIDENTIAL` alone on a line is the heading of many a
/// contract, and stands among the ones that need a control.
const BANNERS: [&str; 6] =
    ["COSMIC TOP SECRET ATOMAL", "COSMIC TOP SECRET", "NATO SECRET", "NATO CONFIDENTIAL", "TOP SECRET", "SECRET"];
const CLASSIFICATIONS: [&str; 3] = ["TOP SECRET", "SECRET", "CONFIDENTIAL"];

/// Classifications as portion marks spell them.
const PORTIONS: [&str; 6] = ["TS", "S", "C", "CTS", "NS", "NC"];

/// Controls that follow `//` in a short form. Without one `S//4` is a fraction of something.
const CONTROLS: [&str; 22] = [
    "NF", "NOFORN", "SI", "TK", "HCS", "G", "OC", "ORCON", "PR", "PROPIN", "REL", "RELIDO", "FGI", "SAR", "SAP", "RD",
    "FRD", "CNWDI", "RSEN", "IMC", "DSEN", "FISA",
];

/// The first marking above CUI in the text, if there is one.
pub fn above_cui(text: &str) -> Option<Found> {
    text.lines().enumerate().find_map(|(index, line)| Some(Found { line: index + 1, syntax: in_line(line)? }))
}

fn in_line(line: &str) -> Option<Syntax> {
    let bare = line.trim().trim_matches(['*', '_', '#', '>', '`', '|', ' ']).trim();
    if BANNERS.contains(&bare) {
        return Some(Syntax::BannerLine);
    }
    if is_declassification(bare) {
        return Some(Syntax::Declassification);
    }
    with_slashes(line)
}

/// `Declassify On:` with its colon, as the block has it; a sentence that begins so has none.
fn is_declassification(line: &str) -> bool {
    const WORDS: &str = "declassify on:";
    line.get(..WORDS.len()).is_some_and(|start| start.eq_ignore_ascii_case(WORDS))
}

/// A classification directly before a `//`, or a foreign one between two of them.
fn with_slashes(line: &str) -> Option<Syntax> {
    line.match_indices("//").find_map(|(at, slashes)| {
        let (before, after) = (&line[..at], &line[at + slashes.len()..]);
        let control = word(after.trim_start());
        let begun = after.trim().is_empty();
        let classified = CLASSIFICATIONS.iter().any(|name| ends_in_word(before.trim_end(), name));
        if classified && !before.trim_end().ends_with("TRADE SECRET") && (begun || is_control(control)) {
            return Some(Syntax::Classification);
        }
        if is_foreign(after) {
            return Some(Syntax::Classification);
        }
        let short = PORTIONS.iter().find(|name| ends_in_word(before, name))?;
        let bracketed = before[..before.len() - short.len()].ends_with('(');
        let known = CONTROLS.contains(&control);
        (known || bracketed && is_control(control)).then_some(Syntax::PortionMark)
    })
}

/// The capital letters and digits at the beginning.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')).unwrap_or(text.len());
    &text[..end]
}

/// Any word of two capital letters or more.
fn is_control(word: &str) -> bool {
    word.len() > 1 && word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Whether the text ends in this word, and not in a longer one.
fn ends_in_word(text: &str, name: &str) -> bool {
    let Some(before) = text.strip_suffix(name) else { return false };
    !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ':'))
}

/// `//NATO SECRET//` and `//GBR TOP SECRET//`: a country or organization, then its classification.
fn is_foreign(after: &str) -> bool {
    let origin = word(after);
    let rest = after[origin.len()..].strip_prefix(' ').unwrap_or_default();
    (3..=5).contains(&origin.len()) && CLASSIFICATIONS.iter().any(|name| rest.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everyday language of these documents, markings up to CUI, and what merely looks alike.
    const ACCEPTED: [&str; 63] = [
        "trade secret",
        "Trade Secrets Act, 18 USC 1905",
        "TRADE SECRET",
        "a TRADE SECRET // marked so by the owner",
        "TRADE SECRET//PROPRIETARY",
        "the Secret Service",
        "SECRET SERVICE",
        "United States Secret Service//liaison",
        "(c) 2026 Larkspur Cognition",
        "(C) 2026 Larkspur Cognition",
        "(c)",
        "(a) first; (b) second; (c) third",
        "(R) (S) (T)",
        "(S) The model runs on premises.",
        "(TS) Technical Specification 12",
        "system(s) and model(s)",
        "secret",
        "Secret",
        "top secret sauce",
        "It is no secret that the window ends.",
        "CONFIDENTIAL",
        "Confidential",
        "STRICTLY CONFIDENTIAL",
        "COMPANY CONFIDENTIAL",
        "Confidential commercial information",
        "CONFIDENTIALITY",
        "CONFIDENTIAL - ATTORNEY CLIENT PRIVILEGED",
        "client_secret=abc",
        "SECRET_KEY=abc",
        "the API SECRET is kept elsewhere",
        "Kubernetes Secret",
        "SECRETARY",
        "SECRET AGENTS",
        "https://www.secretservice.gov",
        "HTTPS://NF.EXAMPLE",
        "https://example.com//secret//x",
        "https://example.com/TOP-SECRET//x",
        "file:///etc/secrets",
        "// a comment about a secret",
        "let s = 1; // NF",
        "S//4",
        "s//nf",
        "C//D in the diagram",
        "US//Canada",
        "A//B//C",
        "CUI",
        "CUI//PROPIN",
        "CUI//SP-PROPIN//NOFORN",
        "CUI//SP-PROPIN/SP-EXPT//FED ONLY",
        "(CUI)",
        "(CUI//PROPIN)",
        "(U)",
        "(U//FOUO) for official use",
        "UNCLASSIFIED",
        "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
        "UNCLASSIFIED//FOUO",
        "TLP:RED",
        "NOFORN",
        "developer proprietary",
        "We declassify on request.",
        "Classified information shall not be entered here.",
        "whether classified as secret or top secret under the order",
        "Secrets//rotation policy",
    ];

    const REFUSED: [(&str, Syntax); 34] = [
        ("TOP SECRET", Syntax::BannerLine),
        ("SECRET", Syntax::BannerLine),
        ("  SECRET  ", Syntax::BannerLine),
        ("**SECRET**", Syntax::BannerLine),
        ("# TOP SECRET", Syntax::BannerLine),
        ("> SECRET", Syntax::BannerLine),
        ("NATO SECRET", Syntax::BannerLine),
        ("COSMIC TOP SECRET", Syntax::BannerLine),
        ("A harmless line\nSECRET\nand another", Syntax::BannerLine),
        ("A harmless line\r\nTOP SECRET\r\n", Syntax::BannerLine),
        ("TOP SECRET//", Syntax::Classification),
        ("TOP SECRET//SI//NOFORN", Syntax::Classification),
        ("SECRET//NOFORN", Syntax::Classification),
        ("SECRET // NOFORN", Syntax::Classification),
        ("CONFIDENTIAL//REL TO USA, FVEY", Syntax::Classification),
        ("CONFIDENTIAL//NOFORN", Syntax::Classification),
        ("The annex is SECRET//NOFORN and was sent apart.", Syntax::Classification),
        ("`SECRET//REL`", Syntax::Classification),
        ("SECRET//SAR-BP", Syntax::Classification),
        ("//NATO SECRET//", Syntax::Classification),
        ("//GBR TOP SECRET//", Syntax::Classification),
        ("(S//NF)", Syntax::PortionMark),
        ("(TS//SI) The text.", Syntax::PortionMark),
        ("(TS//SI//NF)", Syntax::PortionMark),
        ("(C//REL TO USA)", Syntax::PortionMark),
        ("Text before (S//NF) and after.", Syntax::PortionMark),
        ("S//NF", Syntax::PortionMark),
        ("TS//SI//TK", Syntax::PortionMark),
        ("(S//REL)", Syntax::PortionMark),
        ("(S//XYZ)", Syntax::PortionMark),
        ("- (C//NF) An item", Syntax::PortionMark),
        ("Declassify On: 20511121", Syntax::Declassification),
        ("DECLASSIFY ON: 25X1", Syntax::Declassification),
        ("Classified By: J. Doe\nDeclassify On: 20511121", Syntax::Declassification),
    ];

    #[test]
    fn ordinary_words_and_markings_up_to_cui_are_accepted() {
        for text in ACCEPTED {
            assert_eq!(above_cui(text), None, "{text:?}");
        }
    }

    /// Invariant 18.
    #[test]
    fn the_syntax_of_markings_above_cui_is_found() {
        for (text, syntax) in REFUSED {
            assert_eq!(above_cui(text).map(|found| found.syntax), Some(syntax), "{text:?}");
        }
    }

    #[test]
    fn the_line_is_told() {
        assert_eq!(above_cui("one\ntwo\n(S//NF) three").map(|found| found.line), Some(3));
    }
}
