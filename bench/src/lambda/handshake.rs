//! The first TLS handshake of a process: processor time of a client that makes one, less that of the same client without it.
//!
//! The client is set up as `shared/lambda/src/outbound.rs` sets up its own (rustls, `ring`, the roots compiled in), and Node's as Node
//! does it; both begin with nothing, so building the configuration and reading the roots is part of it. The server has an ECDSA
//! certificate of an authority made for the run, which both trust beside their own roots.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};

use crate::processor;
use crate::subject::Subject;
use crate::summary::{cell, median, millis};

/// The word that makes this program a client: `tls-client PORT handshake|connect`.
pub(crate) const CLIENT: &str = "tls-client";
/// Names the file with the server's authority, for both clients: Node knows it by this name.
const AUTHORITY: &str = "NODE_EXTRA_CA_CERTS";
const HANDSHAKE: &str = "handshake";
/// The same program without the handshake.
const CONNECT: &str = "connect";
/// A connection that says nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(10);

/// Medians, in milliseconds of processor time.
#[derive(Debug)]
pub(crate) struct Handshakes {
    node: f64,
    rustls: f64,
}

impl Handshakes {
    pub(crate) fn print(&self) {
        println!();
        println!("{:<28}{:>20}{:>20}", "", "Node", "rustls, ring");
        println!(
            "{:<28}{}{}",
            "first TLS handshake, ms CPU",
            cell(self.node, self.node),
            cell(self.rustls, self.node)
        );
    }
}

/// Measures both clients, `runs` processes with the handshake and as many without.
pub(crate) fn run(subjects: &[Subject], runs: u16) -> Result<Handshakes> {
    let (node, folder) = subjects.iter().find_map(Subject::node).context("there is no Node")?;
    let scratch = tempfile::tempdir().context("make a scratch folder")?;
    let authority = scratch.path().join("authority.pem");
    let port = serve(&authority)?;
    let own = std::env::current_exe().context("find this program")?;
    let script = folder.join("tls.mjs").into_os_string();
    let clients = [(node.to_owned(), script), (own, CLIENT.into())];
    let mut times = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    for round in 0..=runs {
        for ((program, first), times) in clients.iter().zip(&mut times) {
            for (mode, times) in [CONNECT, HANDSHAKE].into_iter().zip(times) {
                let mut command = Command::new(program);
                command.arg(first).args([&port.to_string(), mode]);
                let time = once(&mut command, &authority)?;
                if round > 0 {
                    times.push(time);
                }
            }
        }
    }
    let [node, rustls] = times.map(|[without, with]| median(with) - median(without));
    Ok(Handshakes { node, rustls })
}

/// Milliseconds of processor time of one client.
fn once(command: &mut Command, authority: &Path) -> Result<f64> {
    let before = processor::of_ended_children()?;
    let status = command
        .env_clear()
        .env(AUTHORITY, authority)
        .stdin(Stdio::null())
        .status()
        .context("start a client")?;
    ensure!(status.success(), "a client of the TLS server ended with {status}");
    Ok(millis(processor::of_ended_children()?.saturating_sub(before)))
}

/// A TLS server on loopback for the rest of this process; writes down its authority.
fn serve(authority: &Path) -> Result<u16> {
    let config = Arc::new(server_config(authority)?);
    let listener = TcpListener::bind("127.0.0.1:0").context("listen on loopback")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for tcp in listener.incoming().map_while(Result::ok) {
            // A client that only connects is gone before any handshake.
            let _ = greet(tcp, Arc::clone(&config));
        }
    });
    Ok(port)
}

fn greet(mut tcp: TcpStream, config: Arc<ServerConfig>) -> Result<()> {
    tcp.set_read_timeout(Some(SILENCE))?;
    let mut tls = ServerConnection::new(config)?;
    while tls.is_handshaking() {
        tls.complete_io(&mut tcp)?;
    }
    // Until the client ends: closing first would be an error for it.
    while tcp.read(&mut [0; 1024])? > 0 {}
    Ok(())
}

fn server_config(authority: &Path) -> Result<ServerConfig> {
    let mut params = CertificateParams::default();
    // A certificate with the name of its issuer would pass for one that signed itself.
    params.distinguished_name.push(DnType::CommonName, "authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    fs::write(authority, issuer.pem()).context("write down the authority")?;
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)?;
    Ok(config)
}

/// A client: connects and, if asked to, makes the handshake.
pub(crate) fn client(mut words: impl Iterator<Item = String>) -> Result<()> {
    let port: u16 = words.next().context("no port")?.parse()?;
    let mode = words.next().context("no mode")?;
    let mut tcp = TcpStream::connect(("127.0.0.1", port))?;
    tcp.set_read_timeout(Some(SILENCE))?;
    if mode == HANDSHAKE {
        let authority = std::env::var_os(AUTHORITY).context("no authority")?;
        let config = client_config(&PathBuf::from(authority))?;
        let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut tcp)?;
        }
    }
    Ok(())
}

fn client_config(authority: &Path) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    roots.add(CertificateDer::from_pem_file(authority)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
