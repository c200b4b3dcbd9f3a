//! What a route says of itself.

use std::borrow::Cow;

use axum::http::StatusCode;
use utoipa::{
    ToSchema,
    openapi::{
        HttpMethod, Ref, RefOr,
        schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type},
    },
};

use crate::{
    domain::action::{Schemas, describe},
    web::{problem::ProblemType, table::Format},
};

/// A schema by name, and how to describe it.
#[derive(Clone)]
pub struct SchemaDoc {
    /// The name in the document.
    pub name: String,
    rows: Option<Rows>,
    describe: fn(&mut Schemas),
}

/// Where the rows of a list stand in its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// The answer is an array of what has this name.
    All(String),
    /// The answer is a page of what has this name.
    Page(String),
    /// The answer has several lists, each a member of it.
    Sections,
}

impl SchemaDoc {
    /// The schema of `T`. Not for generic types, whose name does not tell what they hold.
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name().into_owned(), rows: None, describe: describe::<T> }
    }

    /// A schema that is known by name and description alone.
    pub fn named(name: impl Into<String>, describe: fn(&mut Schemas)) -> Self {
        Self { name: name.into(), rows: None, describe }
    }

    /// A page of `T` ([`crate::web::extract::Page`]).
    pub fn page_of<T: ToSchema>() -> Self {
        Self { name: page_name::<T>(), rows: Some(Rows::Page(T::name().into_owned())), describe: describe_page::<T> }
    }

    /// A plain array of `T`.
    pub fn list_of<T: ToSchema>() -> Self {
        let rows = Some(Rows::All(T::name().into_owned()));
        Self { name: format!("{}List", T::name()), rows, describe: describe_list::<T> }
    }

    /// The schema of `T`, whose members are lists: as a table, all of them below one another.
    pub fn sections_of<T: ToSchema>() -> Self {
        Self { rows: Some(Rows::Sections), ..Self::of::<T>() }
    }

    /// Adds the schema, and those that it refers to.
    pub fn describe(&self, into: &mut Schemas) {
        (self.describe)(into);
    }
}

fn describe_list<T: ToSchema>(into: &mut Schemas) {
    describe::<T>(into);
    let items = ArrayBuilder::new().items(RefOr::Ref(Ref::from_schema_name(T::name())));
    into.push((format!("{}List", T::name()), RefOr::T(Schema::Array(items.build()))));
}

fn page_name<T: ToSchema>() -> String {
    format!("{}Page", T::name())
}

fn describe_page<T: ToSchema>(into: &mut Schemas) {
    describe::<T>(into);
    let items = ArrayBuilder::new().items(RefOr::Ref(Ref::from_schema_name(T::name())));
    let cursor = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some("The cursor of the next page; null on the last."));
    let page = ObjectBuilder::new()
        .property("items", items)
        .property("next_cursor", cursor)
        .required("items")
        .required("next_cursor");
    into.push((page_name::<T>(), RefOr::T(Schema::Object(page.build()))));
}

/// What a query parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// Rows of a page.
    Limit,
    /// A year.
    Year,
    /// An instant (RFC 3339).
    Instant,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// A query parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryDoc {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// What it holds.
    pub value: ValueType,
}

impl QueryDoc {
    /// The parameters that every list has.
    pub const PAGE: &'static [Self] = &[Self::LIMIT, Self::CURSOR];

    /// How many rows.
    pub const LIMIT: Self = Self { name: "limit", description: "Rows of the page.", value: ValueType::Limit };

    /// Where to go on.
    pub const CURSOR: Self =
        Self { name: "cursor", description: "The cursor that the page before gave.", value: ValueType::Text };
}

/// A route, for the description. Make one with [`RouteDoc::get`] or [`RouteDoc::post`] and add to it.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing that a route has or has not")]
pub struct RouteDoc {
    /// The method.
    pub method: HttpMethod,
    /// The path, parameters in braces.
    pub path: Cow<'static, str>,
    /// Unique in the document.
    pub operation_id: Cow<'static, str>,
    /// One sentence.
    pub summary: Cow<'static, str>,
    /// The group.
    pub tag: Cow<'static, str>,
    /// The query parameters, without `preview`.
    pub query: &'static [QueryDoc],
    /// The body.
    pub request: Option<SchemaDoc>,
    /// The media types of a body that is no JSON.
    pub raw: &'static [&'static str],
    /// The status of success.
    pub status: StatusCode,
    /// The media type of success.
    pub media_type: &'static str,
    /// The answer's body.
    pub response: Option<SchemaDoc>,
    /// Problem types besides those that every route has.
    pub errors: &'static [ProblemType],
    /// Whether a token is needed.
    pub auth: bool,
    /// Whether `Idempotency-Key` is honored.
    pub idempotent: bool,
    /// Whether `If-Match` is honored.
    pub if_match: bool,
    /// Whether the answer has an `ETag`.
    pub etag: bool,
    /// Whether `?preview=true` is honored.
    pub preview: bool,
}

impl RouteDoc {
    fn new(
        method: HttpMethod,
        path: impl Into<Cow<'static, str>>,
        operation_id: impl Into<Cow<'static, str>>,
        summary: impl Into<Cow<'static, str>>,
        tag: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            method,
            path: path.into(),
            operation_id: operation_id.into(),
            summary: summary.into(),
            tag: tag.into(),
            query: &[],
            request: None,
            raw: &[],
            status: StatusCode::OK,
            media_type: "application/json",
            response: None,
            errors: &[],
            auth: true,
            idempotent: false,
            if_match: false,
            etag: false,
            preview: false,
        }
    }

    /// A `GET` that needs a token.
    pub fn get(
        path: impl Into<Cow<'static, str>>,
        operation_id: impl Into<Cow<'static, str>>,
        summary: impl Into<Cow<'static, str>>,
        tag: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(HttpMethod::Get, path, operation_id, summary, tag)
    }

    /// A `POST` that needs a token.
    pub fn post(
        path: impl Into<Cow<'static, str>>,
        operation_id: impl Into<Cow<'static, str>>,
        summary: impl Into<Cow<'static, str>>,
        tag: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(HttpMethod::Post, path, operation_id, summary, tag)
    }

    /// A `PUT` that needs a token.
    pub fn put(
        path: impl Into<Cow<'static, str>>,
        operation_id: impl Into<Cow<'static, str>>,
        summary: impl Into<Cow<'static, str>>,
        tag: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(HttpMethod::Put, path, operation_id, summary, tag)
    }

    /// A `DELETE` that needs a token.
    pub fn delete(
        path: impl Into<Cow<'static, str>>,
        operation_id: impl Into<Cow<'static, str>>,
        summary: impl Into<Cow<'static, str>>,
        tag: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(HttpMethod::Delete, path, operation_id, summary, tag)
    }

    /// The method as it stands in a request's first line.
    pub const fn method_name(&self) -> &'static str {
        match self.method {
            HttpMethod::Get => "GET",
            HttpMethod::Post => "POST",
            HttpMethod::Put => "PUT",
            HttpMethod::Delete => "DELETE",
            HttpMethod::Options => "OPTIONS",
            HttpMethod::Head => "HEAD",
            HttpMethod::Patch => "PATCH",
            HttpMethod::Trace => "TRACE",
        }
    }

    /// With this body.
    #[must_use]
    pub fn request(self, schema: SchemaDoc) -> Self {
        Self { request: Some(schema), ..self }
    }

    /// With this answer.
    #[must_use]
    pub fn response(self, status: StatusCode, schema: SchemaDoc) -> Self {
        Self { status, response: Some(schema), ..self }
    }

    /// The answer and where its rows stand, where the route answers a list and leaves its form to the door.
    pub fn rows(&self) -> Option<(&SchemaDoc, &Rows)> {
        let schema = self.response.as_ref().filter(|_| matches!(self.method, HttpMethod::Get))?;
        let rows = schema.rows.as_ref()?;
        (!self.query.contains(&Format::DOC)).then_some((schema, rows))
    }

    /// The parameters of the address: the route's own, and the form of a list.
    pub fn parameters(&self) -> impl Iterator<Item = &QueryDoc> {
        let form = self.rows().map(|(_, rows)| match rows {
            Rows::Page(_) => &Format::DOC,
            Rows::All(_) | Rows::Sections => &Format::WHOLE_DOC,
        });
        self.query.iter().chain(form)
    }

    /// Whether the route may answer with the problem: those of its own, and those that follow from what it takes.
    pub(super) fn may_answer(&self, kind: ProblemType) -> bool {
        use ProblemType as P;
        let by_shape = match kind {
            P::InvalidParameter | P::TooManyRequests | P::Internal | P::Busy | P::Timeout => true,
            P::MalformedJson
            | P::DuplicateKey
            | P::InvalidBody
            | P::SlowBody
            | P::PayloadTooLarge
            | P::UnsupportedMediaType => self.request.is_some(),
            P::Unauthenticated => self.auth,
            P::NotFound => self.path.contains('{'),
            P::SpillageLocked => self.path.contains("{reference}"),
            P::IdempotencyMismatch => self.idempotent,
            P::InvalidHeader => self.idempotent || self.if_match,
            P::PreconditionFailed => self.if_match,
            P::InvalidCursor => self.query.iter().any(|query| query.name == "cursor"),
            _ => false,
        };
        by_shape || self.errors.contains(&kind)
    }
}
