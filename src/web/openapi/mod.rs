//! The API's description (OpenAPI 3.1), built from what the routes and the commands say of themselves.

mod commands;
mod docs;
mod route;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HeaderBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, PathsBuilder, Ref,
    RefOr, Required, ResponseBuilder, ResponsesBuilder,
    path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

pub use commands::{command_docs, kind_of_plural};
pub use docs::{DOCS_PATH, DOCUMENT_PATH, routes};
pub use route::{QueryDoc, RouteDoc, Rows, SchemaDoc, ValueType};

use super::problem::{MEDIA_TYPE, Problem, ProblemType};

/// The name of the one way to authenticate.
const BEARER: &str = "bearer";

/// The document of these routes. `version` is the product's.
pub fn document(version: &str, routes: &[RouteDoc]) -> OpenApi {
    let mut components = ComponentsBuilder::new().security_scheme(
        BEARER,
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("An access token of `POST /api/v1/auth/token`, or an API token."))
                .build(),
        ),
    );
    for (name, schema) in schemas(routes) {
        components = components.schema(name, schema);
    }
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Anteroom").version(version).description(Some(
            "Voluntary pre-release access engagements for frontier models. Every error is a problem (RFC 9457) whose \
             type is explained at its address.",
        )))
        .paths(paths(routes))
        .components(Some(components.build()))
        .build()
}

/// Every schema that a route names, and those that they refer to, each once. Most routes answer with the same ones, and each
/// brings all that it refers to: what has been described is not described again.
fn schemas(routes: &[RouteDoc]) -> BTreeMap<String, RefOr<Schema>> {
    let named = routes.iter().flat_map(|route| route.request.iter().chain(&route.response));
    let each: BTreeMap<&str, &SchemaDoc> = named.map(|schema| (schema.name.as_str(), schema)).collect();
    let mut found = Vec::new();
    SchemaDoc::of::<Problem>().describe(&mut found);
    for schema in each.into_values() {
        schema.describe(&mut found);
    }
    found.into_iter().collect()
}

fn paths(routes: &[RouteDoc]) -> Paths {
    let mut paths = PathsBuilder::new().build();
    for route in routes {
        paths.add_path_operation(&route.path, vec![route.method.clone()], operation(route));
    }
    paths
}

fn operation(route: &RouteDoc) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(route.operation_id.as_ref()))
        .summary(Some(route.summary.as_ref()))
        .tag(route.tag.as_ref())
        .responses(responses(route).build());
    for parameter in parameters(route) {
        operation = operation.parameter(parameter);
    }
    if let Some(schema) = &route.request {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema.name.clone()))).build();
        let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    if !route.raw.is_empty() {
        let binary = || {
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        };
        let body = route.raw.iter().fold(RequestBodyBuilder::new(), |body, media_type| {
            body.content(*media_type, ContentBuilder::new().schema(Some(binary())).build())
        });
        operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
    }
    if route.auth {
        operation = operation.security(SecurityRequirement::new::<_, [&str; 0], _>(BEARER, []));
    }
    operation.build()
}

fn parameters(route: &RouteDoc) -> Vec<Parameter> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Parameter> =
        in_path.map(|name| parameter(name, ParameterIn::Path, Required::True, "", text())).collect();
    for query in route.parameters() {
        parameters.push(parameter(
            query.name,
            ParameterIn::Query,
            Required::False,
            query.description,
            query.value.schema(),
        ));
    }
    if route.preview {
        let text = "Answer with what would happen, and write nothing.";
        parameters.push(parameter("preview", ParameterIn::Query, Required::False, text, ValueType::Flag.schema()));
    }
    if route.idempotent {
        let said =
            "1 to 255 visible ASCII characters. A repetition with the same key is answered with the first answer.";
        let schema = text().min_length(Some(1)).max_length(Some(255));
        parameters.push(parameter("Idempotency-Key", ParameterIn::Header, Required::False, said, schema));
    }
    if route.if_match {
        let said = "The ETag of the record that was read: if the record is another by now, the answer is 412.";
        parameters.push(parameter("If-Match", ParameterIn::Header, Required::False, said, text()));
    }
    parameters
}

fn parameter(name: &str, place: ParameterIn, required: Required, said: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description((!said.is_empty()).then_some(said))
        .schema(Some(schema.build()))
        .build()
}

fn responses(route: &RouteDoc) -> ResponsesBuilder {
    let mut success = ResponseBuilder::new().description(route.status.canonical_reason().unwrap_or("Success"));
    if let Some(schema) = &route.response {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema.name.clone()))).build();
        success = success.content(route.media_type, content);
    }
    if route.parameters().any(|query| query.name == "format") {
        let text = ContentBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        success = success.content("text/csv", text.build());
    }
    if route.etag {
        let header = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String).build()));
        success = success.header("ETag", header.description(Some("The hash of the record's state.")).build());
    }
    let mut responses = ResponsesBuilder::new().response(route.status.as_str(), success.build());
    for (status, names) in problems(route) {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new().description(names.join(", ")).content(MEDIA_TYPE, content);
        responses = responses.response(status.to_string(), response.build());
    }
    responses
}

/// The problem types that the route may answer with, by status.
fn problems(route: &RouteDoc) -> BTreeMap<u16, Vec<&'static str>> {
    let mut by_status: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for kind in ProblemType::ALL.iter().filter(|kind| route.may_answer(**kind)) {
        by_status.entry(kind.status()).or_default().push(kind.name());
    }
    by_status
}

impl ValueType {
    /// The schema of a query parameter.
    fn schema(self) -> ObjectBuilder {
        let object = ObjectBuilder::new();
        match self {
            Self::Text => object.schema_type(Type::String),
            Self::Flag => object.schema_type(Type::Boolean),
            Self::Year => object.schema_type(Type::Integer).minimum(Some(2026)).maximum(Some(2100)),
            Self::Limit => {
                object.schema_type(Type::Integer).minimum(Some(1)).maximum(Some(200)).default(Some(25.into()))
            }
            Self::Instant => object
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::DateTime))),
            Self::OneOf(values) => object.schema_type(Type::String).enum_values(Some(values.iter().copied())),
        }
    }
}
