//! A record on its way out: a tree whose leaves know whether they are text, number or flag.

/// Names are in the order in which the portal wants them.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Nothing,
    Text(String),
    /// Digits as they are to be written.
    Number(String),
    Flag(bool),
    Members(Vec<(String, Told)>),
    List(Vec<Told>),
}

impl Told {
    pub fn is_empty(&self) -> bool {
        match self {
            Told::Nothing => true,
            Told::Text(text) | Told::Number(text) => text.is_empty(),
            Told::Flag(_) => false,
            Told::Members(members) => members.is_empty(),
            Told::List(list) => list.is_empty(),
        }
    }

    /// What a leaf says, as text.
    pub fn text(&self) -> &str {
        match self {
            Told::Text(text) | Told::Number(text) => text,
            Told::Flag(true) => "true",
            Told::Flag(false) => "false",
            _ => "",
        }
    }
}
