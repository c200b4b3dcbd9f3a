//! `anteroom routes`: every route of the API, from the table that the router is made of.

use serde_json::json;

use super::output::{Output, table};
use crate::web;

pub(super) fn run(output: Output) {
    let docs: Vec<_> = web::routes::table().into_iter().map(|route| route.doc).collect();
    let listed: Vec<_> = docs
        .iter()
        .map(|doc| {
            json!({
                "method": doc.method_name(),
                "path": doc.path,
                "operation": doc.operation_id,
                "summary": doc.summary,
                "needs_token": doc.auth,
                "idempotency_key": doc.idempotent,
                "if_match": doc.if_match,
                "preview": doc.preview,
            })
        })
        .collect();
    output.data(&listed, |_| {
        let rows: Vec<_> = docs
            .iter()
            .map(|doc| [doc.method_name().to_owned(), doc.path.to_string(), doc.summary.to_string()])
            .collect();
        table(["METHOD", "PATH", "SUMMARY"], &rows)
    });
}
