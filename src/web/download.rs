//! The name under which a download is saved: what somebody typed as a document's name, without whatever a file system or
//! a browser could take for something else (RFC 6266, RFC 8187).

use std::fmt::Write as _;

use axum::http::HeaderValue;

use crate::domain::document::MediaType;

/// Characters that a file's name has at most, without its end.
const LONGEST: usize = 100;

/// `Content-Disposition` for a download; `otherwise` names it where nothing of `name` can be kept.
pub fn disposition(name: &str, otherwise: &str, media_type: MediaType) -> HeaderValue {
    let name = file_name(name, otherwise, media_type);
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && c != '%' || c == ' ' { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").ok();
        }
    }
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The name with the end that its media type has, so that no program takes the file for anything else.
fn file_name(name: &str, otherwise: &str, media_type: MediaType) -> String {
    let kept: String = name.chars().map(|c| if is_safe(c) { c } else { '_' }).take(LONGEST).collect();
    let kept = kept.trim_matches(['.', ' ', '_']);
    let kept = if kept.is_empty() { otherwise } else { kept };
    let small = kept.to_ascii_lowercase();
    if media_type.extensions().iter().any(|end| small.ends_with(end)) {
        return kept.to_owned();
    }
    format!("{kept}{}", media_type.extensions().first().copied().unwrap_or_default())
}

/// Letters, digits and signs that mean nothing to file systems, shells and readers of bidirectional text.
fn is_safe(c: char) -> bool {
    c.is_alphanumeric() || " -_.,()+&'".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_saved_under_a_name_that_means_nothing_else() {
        for (name, media_type, plain, encoded) in [
            ("Mutual NDA", MediaType::Pdf, "Mutual NDA.pdf", "Mutual%20NDA.pdf"),
            ("terms.MD", MediaType::Markdown, "terms.MD", "terms.MD"),
            ("page.html", MediaType::Markdown, "page.html.md", "page.html.md"),
            ("../../etc/passwd", MediaType::Plain, "etc_passwd.txt", "etc_passwd.txt"),
            ("C:\\autoexec.bat", MediaType::Plain, "C__autoexec.bat.txt", "C__autoexec.bat.txt"),
            ("a\"; filename=\"x.exe", MediaType::Pdf, "a__ filename__x.exe.pdf", "a__%20filename__x.exe.pdf"),
            ("a\r\nSet-Cookie: b", MediaType::Pdf, "a__Set-Cookie_ b.pdf", "a__Set-Cookie_%20b.pdf"),
            ("invoice\u{202e}fdp.exe", MediaType::Pdf, "invoice_fdp.exe.pdf", "invoice_fdp.exe.pdf"),
            ("Übersicht", MediaType::Pdf, "_bersicht.pdf", "%C3%9Cbersicht.pdf"),
            ("...", MediaType::Pdf, "DOC-2026-000000.pdf", "DOC-2026-000000.pdf"),
            ("nul\u{0}byte", MediaType::Pdf, "nul_byte.pdf", "nul_byte.pdf"),
        ] {
            let header = disposition(name, "DOC-2026-000000", media_type);
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
            assert_eq!(header.to_str().unwrap(), expected, "{name:?}");
        }
    }
}
