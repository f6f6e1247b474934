//! `enquiry list|show|answer`.

use clap::Subcommand;
use enquiries::{LeadState, Thread};
use store::{Account, Id, kinds};

use crate::house::{Place, act};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum EnquiryVerb {
    /// What people ask an account
    List {
        #[arg(long)]
        account: String,
        /// new, read, answered, closed or spam
        #[arg(long)]
        state: Option<String>,
    },
    /// One enquiry with all that was said
    Show { lead: String },
    /// Answer by mail
    Answer {
        lead: String,
        /// The text of the answer
        #[arg(long)]
        text: String,
    },
}

impl EnquiryVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            EnquiryVerb::List { account, state } => {
                let state = match state.as_deref() {
                    None => None,
                    Some(key) => Some(LeadState::parse(key).ok_or_else(|| format!("there is no state “{key}”; there are new, read, answered, closed and spam"))?),
                };
                let (account, scope) = house.account(&account).await?;
                let mut read = house.store.read(&scope).await?;
                let leads = enquiries::list(&mut read, account.id, state, 1_000).await?;
                print(json, &serde_json::json!({ "enquiries": leads }), || {
                    for lead in &leads {
                        out!("{}  {:<9} {}", lead.id, lead.state.key(), lead.subject);
                    }
                });
            }
            EnquiryVerb::Show { lead } => {
                let id: Id<kinds::Lead> = lead.parse()?;
                let mut read = house.store.read(&house.operator()).await?;
                let thread = enquiries::thread(&mut read, id).await?;
                print(json, &thread, || say(&thread));
            }
            EnquiryVerb::Answer { lead, text } => {
                let id: Id<kinds::Lead> = lead.parse()?;
                let mut read = house.store.read(&house.operator()).await?;
                let thread = enquiries::thread(&mut read, id).await?;
                let account = Account::find(&mut read, thread.lead.account).await?;
                drop(read);
                let scope = house.operator().within(account.id)?;
                let mut tx = house.store.begin(&scope, act()).await?;
                let lead = enquiries::answer(&mut tx, &account, None, id, &text).await?;
                tx.commit().await?;
                print(json, &lead, || out!("answered {}", thread.person.email));
            }
        }
        Ok(())
    }
}

fn say(thread: &Thread) {
    out!(
        "{} ({}), {}",
        thread.lead.subject,
        thread.lead.state.key(),
        thread.lead.reason
    );
    out!(
        "{} <{}> {}",
        thread.person.name,
        thread.person.email,
        thread.person.phone
    );
    for message in &thread.messages {
        out!(
            "\n{} {} {}\n{}",
            message.at,
            if message.inward { "<" } else { ">" },
            message.author,
            message.body
        );
    }
    for mail in &thread.mails {
        out!(
            "\nmail {} to {}: {}",
            mail.state,
            mail.recipient,
            mail.subject
        );
    }
}
