//! `entremise`: one program that is the server and everything that is done to it by hand.

mod checkup;
mod command;
mod countries;
mod given;
mod house;
mod misread;
mod near;
mod output;

use clap::{CommandFactory, Parser, Subcommand};

use crate::command::{
    account, channel, dictionary, doctor, duplicates, enquiry, import, inspect, jobs, journal,
    mapping, migrate, person, photos, portal, publish, search, serve, source, trash, undo,
};
use crate::house::Place;
use crate::output::{Failure, out};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TOUR: &str = "A first hour:
  entremise serve --demo                                  three sites and an office to look at
  entremise account add lumen --vertical estate           an agency of your own, in --data DIR
  entremise user add anna@lumen.example --account lumen --role manager
  entremise import houses.csv --account lumen --dry-run   what would become of your file
  entremise import houses.csv --account lumen             and now really
  entremise search --site immo 'maison price_max=400000'
  entremise doctor

`entremise COMMAND --help` has examples of each.";

/// Runs a business that stands between people who offer and people who seek.
///
/// Start with `entremise serve --demo` and open http://localhost:8080.
/// Results go to stdout, progress to stderr. Exit code 0: done, 1: refused or failed, 2: wrong usage.
#[derive(Parser)]
#[command(name = "entremise", version, max_term_width = 100, after_help = TOUR)]
struct Line {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Start the sites, the office and the API
    Serve(serve::Serve),
    /// Write a believable world to try things with
    Demo(serve::Demo),
    Doctor(doctor::Doctor),
    /// Accounts: agencies, dealers, tradesmen
    #[command(subcommand)]
    Account(account::AccountVerb),
    /// The people who sign in
    #[command(subcommand)]
    User(account::UserVerb),
    /// Keys for programs
    #[command(subcommand)]
    Token(account::TokenVerb),
    Inspect(inspect::Inspect),
    /// Take listings in from a file: tables, workbooks, XML, JSON, also in ZIP, gzip or a mail
    Import(import::Import),
    /// Take over the whole history of another system: listings, people, pictures, documents, notes
    Migrate(migrate::Migrate),
    /// What each column of a feed becomes: looked at, corrected, tried, kept in a file
    #[command(subcommand)]
    Mapping(mapping::MappingVerb),
    /// How files come by themselves: FTP, SFTP, mail, a mailbox, a folder, an address on the web
    #[command(subcommand)]
    Source(source::SourceVerb),
    /// Every file that came, kept as it was
    #[command(subcommand)]
    Arrivals(source::ArrivalsVerb),
    /// Photos that feeds name by address: what came, what failed and why, fetching them by hand
    #[command(subcommand)]
    Photos(photos::PhotosVerb),
    /// Undo an import or any other batch
    Undo(undo::Undo),
    /// The same car or house offered twice, by one account or by two
    Duplicates(duplicates::Duplicates),
    Journal(journal::Journal),
    /// Mail and other errands that were given up, and trying them again
    #[command(subcommand)]
    Jobs(jobs::JobsVerb),
    /// Deleted listings, and back with them
    #[command(subcommand)]
    Trash(trash::TrashVerb),
    /// Search as the visitors of a site do
    Search(search::Search),
    /// Other people's sites as folders of data: looked at, written, checked, compared, audited
    #[command(subcommand)]
    Portal(portal::PortalVerb),
    /// What an account has agreed with a portal, and what stands there
    #[command(subcommand)]
    Channel(channel::ChannelVerb),
    /// Write the feed that a portal reads
    Publish(publish::Publish),
    /// What people ask, and our answers
    #[command(subcommand)]
    Enquiry(enquiry::EnquiryVerb),
    /// Who wrote to us, and erasing a person for good
    #[command(subcommand)]
    Person(person::PersonVerb),
    /// The trades, described as data
    #[command(subcommand)]
    Dictionary(dictionary::DictionaryVerb),
    /// Make something derived anew
    #[command(subcommand)]
    Rebuild(search::RebuildVerb),
    /// Print the API's OpenAPI document
    #[command(after_help = "Example: entremise openapi > openapi.json")]
    Openapi,
    /// Print what makes your shell complete the words of this program
    #[command(after_help = "Examples:
  entremise completions bash > /etc/bash_completion.d/entremise
  entremise completions zsh > ~/.zfunc/_entremise
  entremise completions fish > ~/.config/fish/completions/entremise.fish")]
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

fn main() -> std::process::ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return misread::tell(error),
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("ENTREMISE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output::fail(&Failure::from(error.to_string()), line.place.json),
    };
    let json = line.place.json;
    match runtime.block_on(run(line)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => output::fail(&failure, json),
    }
}

async fn run(line: Line) -> Result<(), Failure> {
    let place = line.place;
    match line.verb {
        Verb::Serve(verb) => verb.run(place).await,
        Verb::Demo(verb) => verb.run(place).await,
        Verb::Doctor(verb) => verb.run(place).await,
        Verb::Account(verb) => verb.run(place).await,
        Verb::User(verb) => verb.run(place).await,
        Verb::Token(verb) => verb.run(place).await,
        Verb::Inspect(verb) => verb.run(place),
        Verb::Import(verb) => verb.run(place).await,
        Verb::Migrate(verb) => verb.run(place).await,
        Verb::Mapping(verb) => verb.run(place).await,
        Verb::Source(verb) => verb.run(place).await,
        Verb::Arrivals(verb) => verb.run(place).await,
        Verb::Photos(verb) => verb.run(place).await,
        Verb::Undo(verb) => verb.run(place).await,
        Verb::Duplicates(verb) => verb.run(place).await,
        Verb::Journal(verb) => verb.run(place).await,
        Verb::Jobs(verb) => verb.run(place).await,
        Verb::Trash(verb) => verb.run(place).await,
        Verb::Search(verb) => verb.run(place).await,
        Verb::Portal(verb) => verb.run(place).await,
        Verb::Channel(verb) => verb.run(place).await,
        Verb::Publish(verb) => verb.run(place).await,
        Verb::Enquiry(verb) => verb.run(place).await,
        Verb::Person(verb) => verb.run(place).await,
        Verb::Dictionary(verb) => verb.run(place),
        Verb::Rebuild(verb) => verb.run(place).await,
        Verb::Completions { shell } => {
            let mut told = Vec::new();
            clap_complete::generate(shell, &mut Line::command(), "entremise", &mut told);
            out!("{}", String::from_utf8_lossy(&told).trim_end());
            Ok(())
        }
        Verb::Openapi => {
            out!("{}", server::openapi());
            Ok(())
        }
    }
}
