//! Where a browser goes on after it signed in: a path of this service and nothing else (ASVS 3.7.2).

use axum::http::Uri;

/// The path and query, if it is one of this service; the home page otherwise.
pub fn own_path(asked: &str) -> &str {
    if is_own_path(asked) { asked } else { "/" }
}

fn is_own_path(asked: &str) -> bool {
    let plain = asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let rooted = asked.starts_with('/') && !asked.starts_with("//");
    // A slash that is written as an escape might be taken for one by what stands between.
    let second = asked.get(1..).unwrap_or_default().to_ascii_lowercase();
    let escaped = second.starts_with("%2f") || second.starts_with("%5c");
    plain && rooted && !escaped && asked.parse::<Uri>().is_ok_and(|uri| uri.authority().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_service_is_gone_to() {
        for own in ["/", "/engagements/ENG-2026-0004", "/search?q=stage%3Aopen&limit=10"] {
            assert_eq!(own_path(own), own);
        }
        let others = [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https://evil.example/",
            "/%2fevil.example",
            "/%5Cevil.example",
            "/\tevil",
            "/a\nb",
            "",
            "engagements",
            "javascript:alert(1)",
        ];
        for other in others {
            assert_eq!(own_path(other), "/", "{other}");
        }
    }
}
