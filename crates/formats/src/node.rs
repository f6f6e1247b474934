//! One record as a small tree, whether it was XML or JSON.

/// An element, or a value of JSON under its key: its own text, and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Without namespace prefix; a list of JSON is as many children of its key's name.
    pub name: String,
    /// Of JSON the scalars whose key begins with `@`, as JSON-LD has them.
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The trimmed text of a descendant, e.g. `location/latitude`; None when absent or empty.
    pub fn at(&self, path: &str) -> Option<&str> {
        let node = path
            .split('/')
            .try_fold(self, |node, name| node.child(name))?;
        Some(node.text.trim()).filter(|t| !t.is_empty())
    }

    /// Every text and attribute with its path, in the order of the file: `price`, `price/@currency`,
    /// `photos/photo` as often as there are photos, `component[city]` for
    /// `<component name="city">`.
    pub fn flat(&self) -> Vec<(String, &str)> {
        let mut flat = Vec::new();
        self.flatten("", None, &mut flat);
        flat
    }

    fn flatten<'a>(&'a self, path: &str, named: Option<&str>, flat: &mut Vec<(String, &'a str)>) {
        for (name, value) in &self.attributes {
            if !value.trim().is_empty() && named != Some(value) {
                flat.push((join(path, &format!("@{name}")), value.trim()));
            }
        }
        if !self.text.trim().is_empty() {
            flat.push((path.to_owned(), self.text.trim()));
        }
        for child in &self.children {
            match child.names_itself() {
                Some(name) => {
                    let path = join(path, &format!("{}[{name}]", child.name));
                    child.flatten(&path, Some(name), flat);
                }
                None => child.flatten(&join(path, &child.name), None, flat),
            }
        }
    }

    /// The name of a value that says in an attribute what it is.
    fn names_itself(&self) -> Option<&str> {
        let own = |(name, value): &&(String, String)| {
            matches!(name.as_str(), "name" | "key") && !value.is_empty() && value.len() <= 60
        };
        let value = self.children.is_empty() && !self.text.trim().is_empty();
        self.attributes
            .iter()
            .find(own)
            .filter(|_| value)
            .map(|(_, name)| name.as_str())
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}
