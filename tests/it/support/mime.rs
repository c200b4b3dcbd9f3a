//! Reads a mail the way a recipient would, written apart from the code that builds it: unfolded headers, encoded
//! words, quoted-printable and base64 parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The headers in order, names in lower case, folded lines joined.
pub fn headers(raw: &str) -> Vec<(String, String)> {
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            let (_, value) = headers.last_mut().expect("a continuation follows a header");
            value.push(' ');
            value.push_str(line.trim());
        } else {
            let (name, value) = line.split_once(':').expect("a header has a colon");
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    headers
}

/// The first header of this name.
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A header value with its encoded words (RFC 2047, UTF-8 only) decoded.
pub fn words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut fields = after.splitn(4, '?');
        let (_charset, kind, text, tail) =
            (fields.next(), fields.next().unwrap_or_default(), fields.next().unwrap_or_default(), fields.next());
        // White space between two encoded words belongs to neither.
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(before);
        }
        let bytes = if kind.eq_ignore_ascii_case("b") {
            STANDARD.decode(text).expect("base64")
        } else {
            quoted_printable(&text.replace('_', " "))
        };
        out.push_str(&String::from_utf8(bytes).expect("UTF-8"));
        rest = tail.and_then(|t| t.strip_prefix('=')).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The decoded part of this content type, from the mail itself or from one level of multipart.
pub fn part(raw: &str, content_type: &str) -> Option<String> {
    let own = headers(raw);
    let kind = header(&own, "content-type").unwrap_or("text/plain");
    let body = raw.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    if kind.starts_with("multipart/") {
        let boundary = kind.split("boundary=").nth(1)?.trim_matches('"');
        let mark = format!("--{boundary}");
        return body.split(&mark).skip(1).filter(|p| !p.starts_with("--")).find_map(|p| {
            let inner = p.trim_start_matches("\r\n");
            part(inner.strip_suffix("\r\n").unwrap_or(inner), content_type)
        });
    }
    kind.starts_with(content_type).then(|| decoded(body, header(&own, "content-transfer-encoding").unwrap_or("7bit")))
}

fn decoded(body: &str, encoding: &str) -> String {
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "quoted-printable" => quoted_printable(body),
        "base64" => STANDARD.decode(body.replace("\r\n", "")).expect("base64"),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let pair = [bytes.next().expect("two digits"), bytes.next().expect("two digits")];
            let pair = std::str::from_utf8(&pair).expect("ASCII");
            out.push(u8::from_str_radix(pair, 16).expect("hexadecimal"));
        } else {
            out.push(byte);
        }
    }
    out
}
