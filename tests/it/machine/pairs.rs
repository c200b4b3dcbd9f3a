//! Names of the model with those of the store: each makes its own ids and references.

use std::collections::BTreeMap;

use serde_json::Value;

/// Names of the model with those of the store, one to one.
#[derive(Default)]
pub struct Pairs {
    pub stored: BTreeMap<String, String>,
    pub model: BTreeMap<String, String>,
}

impl Pairs {
    /// They belong together.
    pub fn learn(&mut self, model: &str, stored: &str) {
        let before = (self.stored.get(model), self.model.get(stored));
        if let (None, None) = before {
            self.stored.insert(model.to_owned(), stored.to_owned());
            self.model.insert(stored.to_owned(), model.to_owned());
            return;
        }
        let same = (Some(&stored.to_owned()), Some(&model.to_owned()));
        assert_eq!(before, same, "{model} and {stored} are no pair");
    }

    /// The store's name for the model's.
    pub fn text(&self, model: &str) -> String {
        self.stored.get(model).cloned().unwrap_or_else(|| model.to_owned())
    }

    /// The value with the store's names in place of the model's.
    pub fn value(&self, model: &Value) -> Value {
        match model {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| (self.text(key), self.value(value)));
                Value::Object(members.collect())
            }
            other => other.clone(),
        }
    }

    /// Offers are named by a hash over what they offer, in which ids stand: those of two offers that stand in the same
    /// place belong together.
    pub fn learn_hashes(&mut self, model: &Value, stored: &Value) {
        match (model, stored) {
            (Value::Array(model), Value::Array(stored)) => {
                for (model, stored) in model.iter().zip(stored) {
                    self.learn_hashes(model, stored);
                }
            }
            (Value::Object(model), Value::Object(stored)) => {
                if let (Some(Value::String(model)), Some(Value::String(stored))) =
                    (model.get("hash"), stored.get("hash"))
                {
                    self.learn(model, stored);
                }
                for (key, model) in model {
                    if let Some(stored) = stored.get(&self.text(key)) {
                        self.learn_hashes(model, stored);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_exchanged_for_their_pairs_and_for_no_others() {
        let mut pairs = Pairs::default();
        pairs.learn("CON-1", "CON-A");
        pairs.learn("CON-2", "CON-B");
        pairs.learn("CON-1", "CON-A");
        let own = json!({ "CON-1": ["CON-2", "CON-3"] });
        assert_eq!(pairs.value(&own), json!({ "CON-A": ["CON-B", "CON-3"] }));
    }

    #[test]
    #[should_panic(expected = "are no pair")]
    fn a_record_that_stands_in_anothers_place_is_noticed() {
        let mut pairs = Pairs::default();
        pairs.learn("CON-1", "CON-A");
        pairs.learn("CON-2", "CON-A");
    }
}
