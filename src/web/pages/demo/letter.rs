//! A captured mail's HTML as a part of a page. Its words, links and paragraphs stay; the tables and styles that mail
//! programs want are taken away, since the policy of pages lets nothing inline through.

/// The parts of the body, without attributes but for the addresses of links.
pub(super) fn part(html: &str) -> String {
    let body = html.split_once("<body").and_then(|(_, rest)| rest.split_once('>')).map_or(html, |(_, body)| body);
    let body = body.split("</body>").next().unwrap_or_default();
    let mut pieces = body.split('<');
    let mut part = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        part.push_str(&kept(tag));
        part.push_str(text);
    }
    part.trim().to_owned()
}

/// The tag as it stays; nothing for one that goes.
fn kept(tag: &str) -> String {
    let (end, opened) = tag.strip_prefix('/').map_or(("", tag), |opened| ("/", opened));
    let (name, attributes) = opened.split_once(' ').unwrap_or((opened, ""));
    match name.trim_end_matches('/') {
        "a" if end.is_empty() => link(attributes),
        name @ ("a" | "p" | "strong" | "br" | "ul" | "li") => format!("<{end}{name}>"),
        "h1" | "h2" => format!("<{end}h3>"),
        _ => String::new(),
    }
}

fn link(attributes: &str) -> String {
    let address = attributes.split_once("href=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    let is_address = ["http://", "https://"].iter().any(|start| address.starts_with(start));
    if is_address { format!("<a href=\"{address}\">") } else { "<a>".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_may_not_hold_is_taken_away() {
        let mail = "<!DOCTYPE html><html><head><title>x</title></head><body style=\"margin:0\">\
                    <table role=\"presentation\"><tr><td><h1 style=\"font-size:20px\">A notice</h1>\
                    <p>Record: <strong>ENG-2026-0004</strong><br>a &#60;script&#62; b</p>\
                    <p style=\"x\"><a href=\"https://a.example/x\">Open</a> <a href=\"javascript:x\">no</a></p>\
                    <script>x</script></td></tr></table></body></html>";
        let expected = "<h3>A notice</h3><p>Record: <strong>ENG-2026-0004</strong><br>a &#60;script&#62; b</p>\
                        <p><a href=\"https://a.example/x\">Open</a> <a>no</a></p>x";
        assert_eq!(part(mail), expected);
    }
}
