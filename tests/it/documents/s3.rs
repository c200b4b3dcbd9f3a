//! A store that speaks as much S3 as the service needs, in memory: PUT, GET, HEAD and DELETE of one bucket. Signatures are
//! not checked; that there is one, is.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// The store; it ends with the test.
pub struct S3 {
    pub address: SocketAddr,
    objects: Objects,
}

impl S3 {
    #[expect(clippy::disallowed_methods, reason = "the store runs beside the test and ends with it")]
    pub async fn start() -> Self {
        let objects = Objects::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let service = Router::new().fallback(answer).with_state(Arc::clone(&objects));
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { address, objects }
    }

    /// Every object by its path, the bucket's name first.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.objects.lock().expect("no test panicked here").clone()
    }

    /// Changes every object behind the service's back.
    pub fn tamper(&self) {
        for object in self.objects.lock().expect("no test panicked here").values_mut() {
            object[0] ^= 1;
        }
    }
}

async fn answer(State(objects): State<Objects>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let signed = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !signed.is_some_and(|signed| signed.starts_with("AWS4-HMAC-SHA256 Credential=anteroom/")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut objects = objects.lock().expect("no test panicked here");
    let path = uri.path().to_owned();
    let tag = [(header::ETAG, "\"tag\""), (header::LAST_MODIFIED, "Mon, 02 Nov 2026 14:00:00 GMT")];
    match (method, objects.get(&path)) {
        (Method::PUT, _) => {
            objects.insert(path, body.to_vec());
            (tag, StatusCode::OK).into_response()
        }
        (Method::GET | Method::HEAD, Some(object)) => (tag, object.clone()).into_response(),
        (Method::DELETE, _) => {
            objects.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
