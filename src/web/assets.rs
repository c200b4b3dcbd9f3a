//! What the browser gets besides pages.

/// Addresses of the style sheets, in the order in which they are linked.
pub fn styles() -> Vec<&'static str> {
    Vec::new()
}

/// Addresses of the scripts.
pub fn scripts() -> Vec<&'static str> {
    Vec::new()
}

/// The address of the icon.
pub fn icon() -> &'static str {
    "/favicon.svg"
}
