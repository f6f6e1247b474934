//! Where we may be sent to fetch something: an address that somebody typed must not lead into the
//! operator's own network (OWASP, server-side request forgery).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How far our requests may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Addresses on the Internet alone.
    Public,
    /// Those, and one machine of our own network that the operator has named.
    Beside(IpAddr),
    /// Our own network too: for an operator who knows everybody that may add sources.
    Everywhere,
}

impl Reach {
    /// Whether the host of an address, where it is written as numbers, may be asked.
    pub fn allows(self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match host.parse::<IpAddr>() {
            Ok(ip) => self.has(ip),
            Err(_) => !host.is_empty(),
        }
    }

    fn has(self, ip: IpAddr) -> bool {
        match self {
            Reach::Public => is_public(ip),
            Reach::Beside(own) => ip == own || is_public(ip),
            Reach::Everywhere => true,
        }
    }

    /// What a host's name resolves to, as far as it may be asked.
    pub async fn addresses(self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((host, port)).await?;
        let allowed: Vec<SocketAddr> = found.filter(|at| self.has(at.ip())).collect();
        if allowed.is_empty() {
            let said = format!("{host} is not on the public Internet");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, said));
        }
        Ok(allowed)
    }
}

impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = *self;
        Box::pin(async move {
            let allowed = reach.addresses(name.as_str(), 0).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match embedded(ip) {
            Some(ip) => is_public_v4(ip),
            // 2000::/3 is all that is routed; 2001:db8::/32 is for books.
            None => ip.segments()[0] & 0xe000 == 0x2000 && ip.segments()[..2] != [0x2001, 0xdb8],
        },
    }
}

/// An IPv4 address within one of IPv6: mapped, 6to4, or NAT64.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let last = Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    match s {
        [0, 0, 0, 0, 0, 0xffff | 0, _, _] => Some(last),
        [0x64, 0xff9b, ..] => Some(last),
        [0x2002, a, b, ..] => Some(Ipv4Addr::from((u32::from(a) << 16) | u32::from(b))),
        _ => None,
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_network_is_never_asked_however_its_address_is_written() {
        for host in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
        ] {
            let url = Url::parse(&format!("http://{host}/stock.csv")).unwrap();
            assert!(!Reach::Public.allows(&url), "{host} as {url}");
        }
        for host in [
            "example.org",
            "93.184.216.34",
            "192.0.77.2",
            "[2606:2800:220:1::1]",
        ] {
            let url = Url::parse(&format!("http://{host}/stock.csv")).unwrap();
            assert!(Reach::Public.allows(&url), "{host}");
        }
    }
}
