//! The command line of the played portals.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use portalsim::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const TEACHING: &str = r#"What it plays (POST JSON unless said otherwise):
  Rightmove     /rtdf/v1/property/{sendpropertydetails,removeproperty,getbranchpropertylist}
  Zoopla        /zpg/v1/listing/{update,delete,list}
  AVIV          POST /aviv/token (form), /aviv/caas/v4/classifieds, PUT /aviv/webhooks {"url":…}
  a pulled feed POST /control/pull {"portal":"kyero","url":"http://…/feed.xml"}
  pages         GET /{portal}/properties/{portal_id}, and GET / for all of them

What you may ask it:
  curl $S/control/shown/rtdf
  curl $S/control/counts/rtdf
  curl -X POST $S/control/reset

What you may do to it, at the start by --faults and while it runs:
  curl $S/control/faults -d '{"portal":"rtdf","timeout_rate":0.2,"hang_ms":500}'
  curl $S/control/faults -d '{"portal":"aviv","duplicate_rate":0.5,"webhook_shuffle_rate":0.5}'
  curl $S/control/faults -d '{"portal":"zpg","rules":{"description_min":200,"photos_min":3}}'
  curl $S/control/faults -d '{"portal":"*","down_ms":30000}'
  curl $S/control/faults -d '{"portal":"rtdf","clear":true}'

Members: error_rate timeout_rate hang_ms duplicate_rate html_rate slow_ms down_ms page_error_rate
  shows_nothing hides_pages lose_rate lose_after_ms refuse_rate refuse_reason rules
  and for AVIV step_ms token_ms webhook_lost_rate webhook_shuffle_rate.
Rates go from 0 to 1. What is not given stays as it was. A file for --faults holds one such body or
a list of them. Nothing is kept when the program ends."#;

/// Plays other people's property portals, so that publication can be tried before it is real
#[derive(Parser)]
#[command(version, after_long_help = TEACHING, after_help = "--help teaches more")]
struct Line {
    /// Where to listen; port 0 takes a free one, which is printed as {"listen":"…"}
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The same seed and the same requests have the same luck
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// A JSON file: one body of /control/faults, or a list of them
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// The beginning of the addresses that are told, if it is not http:// and the listening address
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// One JSON line for each request to stderr
    #[arg(long)]
    log: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let line = Line::parse();
    let faults = match &line.faults {
        Some(file) => match serde_json::from_slice(&std::fs::read(file)?)? {
            Value::Array(bodies) => bodies,
            body => vec![body],
        },
        None => Vec::new(),
    };
    let listener = TcpListener::bind(line.listen).await?;
    let told = json!({ "listen": listener.local_addr()?.to_string() });
    let mut out = std::io::stdout();
    writeln!(out, "{told}")?;
    out.flush()?;
    let options = Options {
        seed: line.seed,
        base: line.base,
        faults,
        log: line.log,
    };
    portalsim::serve(listener, options).await
}
