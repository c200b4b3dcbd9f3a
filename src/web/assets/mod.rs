//! What a browser loads: the style sheet, scripts, fonts and icons that the build made (`assets/`). They are compiled
//! in, packed once, and served under addresses that hold the digest of their content, so that a browser may keep them
//! for ever.

#[cfg(test)]
mod tests;

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use crate::app::AppError;

/// For a year, and never asked for again: another content has another address.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// One file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// The name under which templates know it, such as `anteroom.css`.
    pub name: &'static str,
    /// The digest of its content, as its address holds it.
    pub digest: &'static str,
    /// Its address, `/assets/<digest>/<name>`.
    pub href: &'static str,
    /// Its content type.
    pub kind: &'static str,
    /// Its bytes.
    pub content: &'static [u8],
    /// Packed with Brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// Packed with gzip, where that is smaller.
    pub gzip: Option<&'static [u8]>,
}

/// All assets, by name.
pub static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset, for templates: `href("anteroom.css")`. A name that there is none of has an address that
/// nothing answers, which the tests of pages notice.
pub fn href(name: &str) -> &'static str {
    find(name).map_or("/assets/none", |asset| asset.href)
}

/// `GET /assets/{digest}/{name}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{digest}/{name}", get(serve))
}

fn find(name: &str) -> Option<&'static Asset> {
    let at = ASSETS.binary_search_by(|asset| asset.name.cmp(name)).ok()?;
    ASSETS.get(at)
}

async fn serve(Path((digest, name)): Path<(String, String)>, asked: HeaderMap) -> Result<Response, AppError> {
    let asset = find(&name).filter(|asset| asset.digest == digest).ok_or(AppError::NotFound)?;
    let (content, encoding) = asset.packed_for(&asked);
    let tag = format!("\"{}{}\"", asset.digest, encoding.map(|way| format!("-{way}")).unwrap_or_default());
    let is_known = values(&asked, header::IF_NONE_MATCH).any(|known| known.trim_start_matches("W/") == tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, asset.kind)], Bytes::from_static(content)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, FOR_EVER);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(AppError::internal)?);
    if let Some(way) = encoding.filter(|_| !is_known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(way));
    }
    Ok(response)
}

impl Asset {
    /// The smallest form that the browser takes, and the name of its packing.
    fn packed_for(&self, asked: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
        let ways = [("br", self.brotli), ("gzip", self.gzip)];
        let taken =
            ways.into_iter().find_map(|(way, content)| content.filter(|_| takes(asked, way)).map(|it| (it, way)));
        taken.map_or((self.content, None), |(content, way)| (content, Some(way)))
    }
}

/// Whether `Accept-Encoding` names a packing without refusing it.
fn takes(asked: &HeaderMap, way: &str) -> bool {
    values(asked, header::ACCEPT_ENCODING).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(way));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        is_named && weight.is_ok_and(|weight| weight > 0.0)
    })
}

/// The entries of a header that is a list.
fn values(asked: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let lines = asked.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}
