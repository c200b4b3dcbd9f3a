//! Which faces pages load. Fonts are most of what a first visit transfers, so that there are five, and a face that has
//! not come yet never hides the text.

use super::{Node, parse};

/// The files that are kept, by the end of their path.
const FACES: &[&str] = &[
    "sourcesanspro-regular-webfont.woff2",
    "sourcesanspro-bold-webfont.woff2",
    "sourcesanspro-italic-webfont.woff2",
    "Latin-Merriweather-Bold.woff2",
    "roboto-mono-v5-latin-regular.woff2",
];

/// The tree with these faces alone.
pub(crate) fn few(nodes: Vec<Node>) -> Vec<Node> {
    nodes.into_iter().filter_map(face).collect()
}

fn face(node: Node) -> Option<Node> {
    match node {
        Node::Rule { head, body } if head == "@font-face" => {
            let kept = FACES.iter().any(|file| body.contains(file));
            kept.then(|| Node::Rule { head, body: swapping(&body) })
        }
        other => Some(other),
    }
}

fn swapping(body: &str) -> String {
    let own = parse::split(body, ';').into_iter().filter(|declaration| !declaration.starts_with("font-display"));
    own.chain(["font-display:swap"]).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::{super::write, *};

    #[test]
    fn the_faces_of_the_list_stay_and_swap() {
        let text = "@font-face{font-weight:300;src:url(../fonts/sourcesanspro-light-webfont.woff2)}\
            @font-face{font-display:fallback;src:url(../fonts/sourcesanspro-bold-webfont.woff2)}a{top:0}";
        let kept = write(&few(parse::parse(text).expect("a sheet")));
        assert_eq!(kept, "@font-face{src:url(../fonts/sourcesanspro-bold-webfont.woff2);font-display:swap}\na{top:0}");
    }
}
