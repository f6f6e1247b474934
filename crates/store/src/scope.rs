//! Who may touch what. A scope cannot be made up: it comes from a session, a token, or the
//! deployment itself, and every verb that reads or writes account rows is given one.

use crate::{Error, Id, Result, kinds};

/// What a user may do in his account; `Operator` stands above all accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A person from outside who sends us something; reads nothing.
    Visitor,
    ReadOnly,
    Agent,
    Manager,
    Operator,
}

/// What a verb asks of the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    Read,
    /// Change listings, answer leads.
    Write,
    /// Users, tokens, undoing of others' batches.
    Manage,
    /// Accounts, the whole deployment.
    Operate,
}

/// The proof of a right over one account, or over all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    account: Option<Id<kinds::Account>>,
    role: Role,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Operator, Role::Manager, Role::Agent, Role::ReadOnly];

    pub const fn key(self) -> &'static str {
        match self {
            Role::Visitor => "visitor",
            Role::ReadOnly => "read-only",
            Role::Agent => "agent",
            Role::Manager => "manager",
            Role::Operator => "operator",
        }
    }

    /// Roles that a user can hold; nobody signs in as a visitor.
    pub fn parse(key: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.key() == key)
    }

    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Read => !matches!(self, Role::Visitor),
            Right::Write => matches!(self, Role::Agent | Role::Manager | Role::Operator),
            Right::Manage => matches!(self, Role::Manager | Role::Operator),
            Right::Operate => matches!(self, Role::Operator),
        }
    }
}

impl Scope {
    pub(crate) const fn operator() -> Scope {
        Scope {
            account: None,
            role: Role::Operator,
        }
    }

    pub(crate) const fn of(account: Option<Id<kinds::Account>>, role: Role) -> Scope {
        Scope { account, role }
    }

    /// None for the operator, who sees every account.
    pub const fn account(&self) -> Option<Id<kinds::Account>> {
        self.account
    }

    pub const fn role(&self) -> Role {
        self.role
    }

    pub const fn may(&self, right: Right) -> bool {
        self.role.may(right)
    }

    pub fn demand(&self, right: Right) -> Result<()> {
        if self.may(right) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The account that a verb works on: the scope's own, or the one the operator names. Another
    /// account's id is simply not found.
    pub fn reach(&self, account: Id<kinds::Account>) -> Result<Id<kinds::Account>> {
        match self.account {
            Some(own) if own != account => Err(Error::NotFound { what: "account" }),
            _ => Ok(account),
        }
    }

    /// Narrows the operator to one account; a scope of another account stays out.
    pub fn within(&self, account: Id<kinds::Account>) -> Result<Scope> {
        self.reach(account)?;
        Ok(Scope {
            account: Some(account),
            role: self.role,
        })
    }

    /// What row-level security is told.
    pub(crate) fn setting(&self) -> String {
        self.account
            .map_or_else(|| "*".to_owned(), |account| account.uuid().to_string())
    }
}
