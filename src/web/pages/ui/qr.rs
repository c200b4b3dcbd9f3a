//! A code that a telephone's camera reads, drawn in the page itself: nothing is fetched for it.

use std::fmt::Write as _;

use askama::Template;
use qrcode::{Color, QrCode};

/// Modules of quiet zone on each side, as the standard asks for (ISO/IEC 18004, section 5.3.8).
const QUIET: usize = 4;

/// A code of squares.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/qr.html")]
pub struct Qr {
    /// Modules on each side, the quiet zone among them.
    pub side: usize,
    /// The dark modules, as the path of a drawing.
    pub path: String,
    /// What the drawing is called.
    pub label: String,
}

impl Qr {
    /// The code that says this; `None` for what is too long for any.
    pub fn of(text: &str, label: &str) -> Option<Self> {
        let code = QrCode::new(text.as_bytes()).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (place, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let (x, y) = (place % width + QUIET, place / width + QUIET);
                // A text takes whatever is written to it.
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        Some(Self { side: width + 2 * QUIET, path, label: label.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_a_quiet_zone() {
        let code = Qr::of("otpauth://totp/Anteroom:ada?secret=GEZDGNBV", "Code").expect("a short text has a code");
        let last = code.side - QUIET - 7;
        for (x, y) in [(QUIET, QUIET), (last, QUIET), (QUIET, last)] {
            assert!(code.path.contains(&format!("M{x} {y}h1v1h-1z")), "no finder at {x} {y}");
        }
        assert!(!code.path.contains(&format!("M{} ", QUIET - 1)), "the quiet zone is empty");
        assert!(Qr::of(&"x".repeat(3_000), "Code").is_none());
    }
}
