//! Which rows of a queue are wanted: by fields, and in one text, under which a person keeps them. The text has the form of
//! a search's query, and the fields have the names that addresses know.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::WorkItem;
use crate::{
    app::{
        agenda::Which,
        rows::begins,
        search::{parse::said, query::value},
    },
    domain::id::Kind,
};

/// The names of the fields.
const FIELDS: [&str; 5] = ["view", "kind", "developer", "next_step", "code"];

/// Whose steps a queue holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkView {
    /// The person's own.
    #[default]
    Own,
    /// Those of the authorized official that the person may carry out on a delegation.
    Delegated,
    /// Those of everybody on the person's side that the person may know of.
    Team,
}

impl WorkView {
    const ALL: [Self; 3] = [Self::Own, Self::Delegated, Self::Team];

    /// The name, as addresses have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Delegated => "delegated",
            Self::Team => "team",
        }
    }
}

/// Which rows of a queue are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkFilter {
    /// Whose steps.
    pub view: WorkView,
    /// Records of this kind.
    pub kind: Option<Kind>,
    /// Records of a developer whose name, or a word of it, begins so; without regard to case.
    pub developer: Option<String>,
    /// Rows with this next step, such as `sign`.
    pub next_step: Option<String>,
    /// Rows with a deadline of this code, such as `D4`.
    pub code: Option<String>,
}

impl WorkFilter {
    /// Which deadlines the store is asked for, so that the first of those that are wanted are found among however many.
    pub(super) fn which(&self) -> Which {
        Which { kind: self.kind, code: self.code.clone() }
    }

    pub(super) fn wants(&self, item: &WorkItem) -> bool {
        let developer = |wanted: &str| {
            item.developer.as_ref().is_some_and(|developer| begins(&developer.name, &wanted.trim().to_lowercase()))
        };
        let code = |wanted: &str| item.why.as_ref().is_some_and(|why| why.code.eq_ignore_ascii_case(wanted));
        self.kind.is_none_or(|kind| item.kind == kind)
            && self.next_step.as_ref().is_none_or(|step| item.next_step == *step)
            && self.developer.as_deref().is_none_or(developer)
            && self.code.as_deref().is_none_or(code)
    }

    /// What is asked for, by the names of the fields in their order; nothing for the whole own queue.
    pub fn asked(&self) -> impl Iterator<Item = (&str, &str)> {
        let view = Some(self.view.name()).filter(|_| self.view != WorkView::Own);
        let fields = [
            ("view", view),
            ("kind", self.kind.map(Kind::name)),
            ("developer", self.developer.as_deref()),
            ("next_step", self.next_step.as_deref()),
            ("code", self.code.as_deref()),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

/// In one text, which reads as the same filter.
impl fmt::Display for WorkFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.asked().map(|(name, text)| format!("{name}:{}", value(text))).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for WorkFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        for (field, value) in said(text).map_err(|error| error.to_string())? {
            let value = value.trim();
            let wrong = || format!("\"{field}\" cannot be \"{value}\"");
            if value.is_empty() && FIELDS.contains(&field.as_str()) {
                return Err(wrong());
            }
            match field.as_str() {
                "view" => {
                    filter.view = WorkView::ALL.into_iter().find(|view| view.name() == value).ok_or_else(wrong)?;
                }
                "kind" => filter.kind = Some(Kind::from_name(value).ok_or_else(wrong)?),
                "developer" => filter.developer = Some(value.to_owned()),
                "next_step" => filter.next_step = Some(value.to_owned()),
                "code" => filter.code = Some(value.to_owned()),
                other => {
                    let fields = FIELDS.join(", ");
                    return Err(format!("there is no field \"{other}\"; there are {fields}"));
                }
            }
        }
        Ok(filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_in_one_text_is_the_same_filter() {
        let whole = WorkFilter {
            view: WorkView::Team,
            kind: Some(Kind::Condition),
            developer: Some("Larkspur Cog".to_owned()),
            next_step: Some("sign".to_owned()),
            code: Some("D4".to_owned()),
        };
        let text = "view:team kind:condition developer:\"Larkspur Cog\" next_step:sign code:D4";
        assert_eq!(whole.to_string(), text);
        assert_eq!(text.parse(), Ok(whole));
        assert_eq!(
            (WorkFilter::default().to_string(), " view:own ".parse()),
            (String::new(), Ok(WorkFilter::default()))
        );
    }

    #[test]
    fn what_is_no_filter_is_named() {
        for (text, said) in [
            ("stage:open", "no field \"stage\""),
            ("heron", "no field \"heron\""),
            ("view:all", "\"view\" cannot be \"all\""),
            ("kind:car", "\"kind\" cannot be \"car\""),
            ("code:", "\"code\" cannot be \"\""),
            ("developer:\"Lark", "does not end"),
        ] {
            let wrong = text.parse::<WorkFilter>().expect_err(text);
            assert!(wrong.contains(said), "{text}: {wrong}");
        }
    }
}
