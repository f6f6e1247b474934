//! The program itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Ended with the test, whatever becomes of it.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_program_says_where_it_listens_and_starts_with_its_faults() {
    let folder = std::env::temp_dir().join(format!("portalsim-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("faults.json");
    std::fs::write(&file, r#"{"portal":"zpg","down_ms":600000}"#).expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_portalsim"))
        .args(["--seed", "3", "--faults"])
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let out = child.stdout.take().expect("its output");
    let program = Program(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    let address = told["listen"].as_str().expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = "POST /zpg/v1/listing/list HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\
        Connection: close\r\n\r\n{}";
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    drop(program);
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn faults_that_make_no_sense_keep_it_from_starting() {
    let file = std::env::temp_dir().join(format!("portalsim-bad-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"portal":"zpg","down":1}"#).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_portalsim"))
        .arg("--faults")
        .arg(&file)
        .output()
        .expect("the program");
    let _ = std::fs::remove_file(&file);
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("unknown field"), "{told}");
}
