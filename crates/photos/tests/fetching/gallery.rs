//! A web server of pictures, with whatever manners a story wants.

use std::collections::HashMap;
use std::io::Cursor;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use image::{DynamicImage, ImageFormat};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is answered to one request.
#[derive(Clone)]
pub enum Reply {
    Say(Vec<u8>),
    /// The head of an answer, and then nothing for as long as the client waits.
    Hang,
    /// So many bytes of nothing, without their number in the head.
    Flood(usize),
}

type Replies = Arc<Mutex<HashMap<String, Vec<Reply>>>>;

pub struct Gallery {
    pub address: SocketAddr,
    replies: Replies,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Gallery {
    pub async fn open() -> Gallery {
        Gallery::open_at(Ipv4Addr::LOCALHOST.into()).await
    }

    pub async fn open_at(ip: IpAddr) -> Gallery {
        let listener = TcpListener::bind((ip, 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (replies, asked): (Replies, Arc<Mutex<Vec<String>>>) = Default::default();
        let (told, heard) = (replies.clone(), asked.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                tokio::spawn(answer(stream, told.clone(), heard.clone()));
            }
        });
        Gallery {
            address,
            replies,
            asked,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// The answers to come at a path; the last is given again and again.
    pub fn hang(&self, path: &str, replies: Vec<Reply>) -> String {
        let mut all = self.replies.lock().expect("the replies");
        all.insert(format!("/{path}"), replies);
        drop(all);
        self.url(path)
    }

    /// A picture of its own width, with an ETag.
    pub fn picture(&self, path: &str, width: u32) -> String {
        let etag = format!("etag: \"w{width}\"\r\n");
        self.hang(path, vec![ok(&etag, &png(width))])
    }

    /// What was asked since the last look: `GET /1.png`, with the condition if there was one.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("what was asked"))
    }
}

async fn answer(mut stream: TcpStream, replies: Replies, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let condition = request.lines().find_map(|l| {
        l.to_lowercase()
            .strip_prefix("if-none-match: ")
            .map(str::to_owned)
    });
    let condition = condition
        .map(|c| format!(" unless {c}"))
        .unwrap_or_default();
    asked
        .lock()
        .expect("what was asked")
        .push(format!("GET {path}{condition}"));
    let reply = {
        let mut all = replies.lock().expect("the replies");
        match all.get_mut(&path) {
            Some(own) if own.len() > 1 => own.remove(0),
            Some(own) => own[0].clone(),
            None => status("404 Not Found", ""),
        }
    };
    match reply {
        Reply::Say(bytes) => {
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
            let same = condition.strip_prefix(" unless ");
            if let Some(etag) = same
                && head.contains(&format!("etag: {etag}"))
            {
                let _ = stream
                    .write_all(b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n")
                    .await;
                return;
            }
            let _ = stream.write_all(&bytes).await;
        }
        Reply::Hang => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            let _ = stream.read_u8().await;
        }
        Reply::Flood(bytes) => {
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
                .await;
            for _ in 0..bytes >> 16 {
                if stream.write_all(&[0; 1 << 16]).await.is_err() {
                    return;
                }
            }
        }
    }
}

pub fn ok(head: &str, body: &[u8]) -> Reply {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n{head}\r\n",
        body.len()
    );
    Reply::Say([head.as_bytes(), body].concat())
}

pub fn status(line: &str, head: &str) -> Reply {
    Reply::Say(
        format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n{head}\r\n")
            .into_bytes(),
    )
}

pub fn png(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, 2)
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}
