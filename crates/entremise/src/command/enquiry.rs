//! `enquiry list|show|answer`.

use clap::Subcommand;
use enquiries::{LeadState, Thread};
use store::{Account, Id, kinds};

use crate::house::{Place, act};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum EnquiryVerb {
    /// What people ask an account
    #[command(after_help = "Example: entremise enquiry list --account lumen --state new")]
    List {
        /// The account's slug
        #[arg(long, value_name = "SLUG")]
        account: String,
        /// Only these; by default all but spam
        #[arg(long, value_parser = ["new", "read", "answered", "closed", "spam"])]
        state: Option<String>,
    },
    /// One enquiry with all that was said
    #[command(after_help = "Example: entremise enquiry show lead_01j…")]
    Show {
        /// The lead, as `enquiry list` prints it (lead_…)
        #[arg(value_parser = lead)]
        lead: Id<kinds::Lead>,
    },
    /// Answer by mail
    #[command(
        after_help = "Example: entremise enquiry answer lead_01j… --text 'Yes, come on Saturday.'"
    )]
    Answer {
        /// The lead, as `enquiry list` prints it (lead_…)
        #[arg(value_parser = lead)]
        lead: Id<kinds::Lead>,
        /// The text of the answer
        #[arg(long)]
        text: String,
    },
}

fn missing(error: store::Error) -> Failure {
    let hint = "`entremise enquiry list --account SLUG` shows those that are";
    Failure::of_missing(error, "with this id", hint)
}

fn lead(text: &str) -> Result<Id<kinds::Lead>, String> {
    let wrong = |_| "leads look like lead_01j…; `entremise enquiry list` shows them".to_owned();
    text.parse().map_err(wrong)
}

impl EnquiryVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            EnquiryVerb::List { account, state } => {
                let state = match state.as_deref() {
                    None => None,
                    Some(key) => LeadState::parse(key),
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
                let id = lead;
                let mut read = house.store.read(&house.operator()).await?;
                let thread = enquiries::thread(&mut read, id).await.map_err(missing)?;
                print(json, &thread, || say(&thread));
            }
            EnquiryVerb::Answer { lead, text } => {
                let id = lead;
                let mut read = house.store.read(&house.operator()).await?;
                let thread = enquiries::thread(&mut read, id).await.map_err(missing)?;
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
